/* Two nodes on one line: what is signed, held, acknowledged and restored (LINE 7, 8, 15). README.md beside
 * this file says what is modelled, what is not, and what each planted fault breaks.
 *
 * The network never forgets: whatever was sent may arrive at any later time, any number of times, in any
 * order, or never. That is loss, repetition and reordering at once, and a disk in a courier's bag.
 *
 * Nodes are 0 and 1, "a" and "b" in traces. Node i writes the feeds 2i (epoch 0) and 2i+1 (epoch 1).
 */

#define PLACES 2    /* entries a feed */
#define FEEDS 4

#ifndef CREDIT
#define CREDIT 1    /* how far a feed may run ahead of what is known to be cosigned */
#endif
#ifndef CRASHES
#define CRASHES 1   /* in all */
#endif
#ifndef RESTORES
#define RESTORES 1  /* of a, and of b */
#endif
#ifndef RESTORES_B
#define RESTORES_B RESTORES
#endif
#ifndef WAIVERS
#define WAIVERS 1   /* in all */
#endif

#define MOST_RESTORES(i) ((i) == 0 -> RESTORES : RESTORES_B)
#define NAME(i) ('a' + (i))
#define FEED(i, e) (2 * (i) + (e))
#define AUTHOR(f) ((f) / 2)
#define PEER(f) (1 - (f) / 2)
#define AT(i, f) (FEEDS * (i) + (f))
#define PLACE(f, n) (PLACES * (f) + (n))
#define ENTRY(i, f, n) (PLACES * AT(i, f) + (n))

/* Durable, and lost to an older backup. An entry is 0 where there is none, else the how-many-eth that its
 * author signed at that place: 2 beside 1 is an equivocation. */
byte entry[16];     /* by ENTRY */
byte held[8];       /* by AT: the size of a feed */
byte known[FEEDS];  /* the size that the author knows to be cosigned */
byte fence[2];      /* packets of the peer's earlier starts are refused */
bit epoch[2];

byte kept_entry[16], kept_held[8], kept_known[FEEDS], kept_fence[2];
bit kept_epoch[2], has_backup[2];

/* Volatile: lost at a stop. */
byte came_feed[2];  /* a received entry before it is committed: feed + 1, or 0 */
byte came_place[2];
byte came[2];
bit joined[2];      /* the peer has shown its heads, and what they name is held again */
bit may_sign[2];    /* joined, or waived by an officer */
bit unsaved[2];     /* an entry of one's own that is signed and not durable: planted only */

/* The network. */
byte sent[16];        /* by ENTRY(0, f, n) for variant 1, ENTRY(1, f, n) for 2: newest start it was sent in, + 1 */
byte receipts[FEEDS]; /* the sizes cosigned, a bit each */
byte shown[8];        /* the newest answer to a node's question: the peer's heads, by AT */
byte shown_to[2];     /* in which start it was asked for, + 1 */
byte shown_by[2];     /* in which start of the peer it was answered */

/* For the properties only. */
byte start[2];        /* how often it was started: a fresh, growing number, as from a clock */
byte acked[FEEDS];    /* the largest size ever cosigned */
byte signs[8];        /* by PLACE: how often something was signed there */
bit behind[2];        /* restored from a backup, and not joined since */
byte crashes, restores[2], waivers;

byte x, y;

#ifdef PLANT_GAP
#define IN_ORDER(j, f, n) ((n) >= held[AT(j, f)])
#else
#define IN_ORDER(j, f, n) ((n) == held[AT(j, f)])
#endif

/* Remedy F (README): whoever has shown its heads takes nothing any more that was sent in an earlier start. */
#ifdef PLANT_NO_FENCE
#define FRESH(j, f, n, v) (sent[ENTRY((v) - 1, f, n)] > 0)
#else
#define FRESH(j, f, n, v) (sent[ENTRY((v) - 1, f, n)] > fence[j])
#endif

/* A node that has not joined takes only answers: its fence may be one of an older backup. */
#ifdef PLANT_TAKE_AT_ONCE
#define TAKES(j) true
#else
#define TAKES(j) joined[j]
#endif

#ifdef PLANT_STALE_HEADS
#define ANSWERED(i) (shown_to[i] > 0)
#else
#define ANSWERED(i) (shown_to[i] == start[i] + 1)
#endif

#ifdef PLANT_NO_OWN_TAIL
#define OWN_TAIL(i, e) true
#else
#define OWN_TAIL(i, e) (held[AT(i, FEED(i, e))] >= shown[AT(i, FEED(i, e))])
#endif
#ifdef PLANT_NO_PEER_TAIL
#define PEER_TAIL(i, e) true
#else
#define PEER_TAIL(i, e) (held[AT(i, FEED(1 - i, e))] >= shown[AT(i, FEED(1 - i, e))])
#endif
#define WHOLE(i) (OWN_TAIL(i, 0) && OWN_TAIL(i, 1) && PEER_TAIL(i, 0) && PEER_TAIL(i, 1))

#define SAME_AS_SHOWN(i, j, f) (shown[AT(i, f)] == held[AT(j, f)])
#define NEWS(i, j) (!(SAME_AS_SHOWN(i, j, 0) && SAME_AS_SHOWN(i, j, 1) && SAME_AS_SHOWN(i, j, 2) && SAME_AS_SHOWN(i, j, 3)))

#ifdef PLANT_BEYOND_CREDIT
#define IN_CREDIT(i, f) true
#else
#define IN_CREDIT(i, f) (held[AT(i, f)] < known[f] + CREDIT)
#endif

/* What can go on by itself, as guards, so that "nothing is left to do" can be said. */
#define CAN_RECEIVE(j, f, n, v) (TAKES(j) && !came_feed[j] && IN_ORDER(j, f, n) && FRESH(j, f, n, v))
#define CAN_COSIGN(j, f) (joined[j] && held[AT(j, f)] > 0 && !(receipts[f] & (1 << held[AT(j, f)])))
#define CAN_HEAR(i, f, s) (joined[i] && (receipts[f] & (1 << (s))) && s > known[f] && s <= held[AT(i, f)])
#define CAN_ANSWER(i, j) (!joined[i] && (shown_to[i] != start[i] + 1 || NEWS(i, j)))
#define CAN_REFETCH(i, j, f) (!joined[i] && ANSWERED(i) && held[AT(i, f)] < shown[AT(i, f)] && held[AT(i, f)] < held[AT(j, f)])
#define CAN_JOIN(i) (!joined[i] && ANSWERED(i) && WHOLE(i))

/* No two different entries at one place, no hole, nothing acknowledged that is not held (but by a node that
 * was restored and has not yet joined), nothing taken for cosigned that was not. */
inline check() {
    x = 0;
    do
    :: x < FEEDS ->
        y = 0;
        do
        :: y < PLACES ->
            assert(y >= held[AT(0, x)] || entry[ENTRY(0, x, y)]);
            assert(y >= held[AT(1, x)] || entry[ENTRY(1, x, y)]);
            assert(!entry[ENTRY(0, x, y)] || !entry[ENTRY(1, x, y)] || entry[ENTRY(0, x, y)] == entry[ENTRY(1, x, y)]);
            y++
        :: else -> break
        od;
        assert(behind[0] || held[AT(0, x)] >= acked[x]);
        assert(behind[1] || held[AT(1, x)] >= acked[x]);
        assert(known[x] <= acked[x]);
        x++
    :: else -> break
    od;
    x = 0; y = 0
}

inline sign(i, j) {
    d_step {
        may_sign[i] && !unsaved[i] && held[AT(i, FEED(i, epoch[i]))] < PLACES && IN_CREDIT(i, FEED(i, epoch[i]));
        x = FEED(i, epoch[i]); y = held[AT(i, x)];
        assert(y >= held[AT(j, x)]);        /* the peer holds nothing at a place that is signed now */
        assert(y < acked[x] + CREDIT);
        assert(signs[PLACE(x, y)] < 2);
        signs[PLACE(x, y)]++;
        entry[ENTRY(i, x, y)] = signs[PLACE(x, y)];
        held[AT(i, x)]++;
        sent[ENTRY(signs[PLACE(x, y)] - 1, x, y)] = start[i] + 1;
        printf("%c sign %d/%d #%d\n", NAME(i), epoch[i], y, signs[PLACE(x, y)]);
#ifdef PLANT_SEND_EARLY
        unsaved[i] = 1;
#endif
        check()
    }
}

inline receive(j, f, n, v) {
    d_step {
        CAN_RECEIVE(j, f, n, v);
        came_feed[j] = f + 1; came_place[j] = n; came[j] = v;
        printf("%c receive %d/%d #%d\n", NAME(j), (f) % 2, n, v);
#ifdef PLANT_COSIGN_EARLY
        acked[f] = (acked[f] > n + 1 -> acked[f] : n + 1);
        receipts[f] = receipts[f] | (1 << (n + 1));
#endif
    }
}

/* What arrives and changes nothing: for traces, and against entries that differ. */
inline pass_over(j, f, n, v) {
    d_step {
        TAKES(j) && !came_feed[j] && n < held[AT(j, f)] && FRESH(j, f, n, v);
        assert(entry[ENTRY(j, f, n)] == v);
        printf("%c again %d/%d #%d\n", NAME(j), (f) % 2, n, v)
    }
}

inline refuse(j, f, n, v) {
    d_step {
        TAKES(j) && !came_feed[j] && sent[ENTRY((v) - 1, f, n)] && (n > held[AT(j, f)] || !FRESH(j, f, n, v));
        if
        :: !FRESH(j, f, n, v) -> printf("%c refuse-old %d/%d #%d\n", NAME(j), (f) % 2, n, v)
        :: else -> printf("%c refuse-gap %d/%d #%d\n", NAME(j), (f) % 2, n, v)
        fi
    }
}

inline commit(j) {
    d_step {
        came_feed[j];
        x = came_feed[j] - 1;
        printf("%c commit %d/%d #%d\n", NAME(j), x % 2, came_place[j], came[j]);
        entry[ENTRY(j, x, came_place[j])] = came[j];
        held[AT(j, x)] = came_place[j] + 1;
        came_feed[j] = 0; came_place[j] = 0; came[j] = 0;
        check()
    }
}

inline cosign(j, f) {
    d_step {
        CAN_COSIGN(j, f);
        receipts[f] = receipts[f] | (1 << held[AT(j, f)]);
        acked[f] = (acked[f] > held[AT(j, f)] -> acked[f] : held[AT(j, f)]);
        printf("%c cosign %d size %d\n", NAME(j), (f) % 2, held[AT(j, f)]);
        check()
    }
}

inline hear_receipt(i, f, s) {
    d_step {
        CAN_HEAR(i, f, s);
        known[f] = s;
        printf("%c receipt %d size %d\n", NAME(i), (f) % 2, s);
        check()
    }
}

/* What a stop loses. Received and not committed is asked for again; a start is a new one. */
inline stop(i) {
    came_feed[i] = 0; came_place[i] = 0; came[i] = 0;
    joined[i] = 0; may_sign[i] = 0;
    start[i]++;
    if
    :: unsaved[i] ->
        x = FEED(i, epoch[i]);
        held[AT(i, x)]--;
        entry[ENTRY(i, x, held[AT(i, x)])] = 0;
        unsaved[i] = 0
    :: else
    fi;
#ifdef PLANT_SIGN_AT_ONCE
    joined[i] = 1; may_sign[i] = 1;
#endif
}

inline crash(i) {
    d_step {
        crashes < CRASHES;
        crashes++;
        stop(i);
        printf("%c crash\n", NAME(i));
        check()
    }
}

inline backup(i) {
    d_step {
        !has_backup[i] && restores[i] < MOST_RESTORES(i) && !behind[i] && !unsaved[i];
        has_backup[i] = 1;
        x = 0;
        do
        :: x < FEEDS ->
            kept_held[AT(i, x)] = held[AT(i, x)];
            if
            :: AUTHOR(x) == i -> kept_known[x] = known[x]
            :: else
            fi;
            y = 0;
            do
            :: y < PLACES -> kept_entry[ENTRY(i, x, y)] = entry[ENTRY(i, x, y)]; y++
            :: else -> break
            od;
            x++
        :: else -> break
        od;
        kept_fence[i] = fence[i];
        kept_epoch[i] = epoch[i];
        printf("%c backup\n", NAME(i));
        x = 0; y = 0
    }
}

/* Two nodes restored at the same time may both have lost what only they had: no rule can bring that back. */
inline restore(i, j) {
    d_step {
        restores[i] < MOST_RESTORES(i) && has_backup[i] && !behind[j];
        restores[i]++;
        stop(i);
        x = 0;
        do
        :: x < FEEDS ->
            held[AT(i, x)] = kept_held[AT(i, x)];
            if
            :: AUTHOR(x) == i -> known[x] = kept_known[x]
            :: else
            fi;
            y = 0;
            do
            :: y < PLACES -> entry[ENTRY(i, x, y)] = kept_entry[ENTRY(i, x, y)]; y++
            :: else -> break
            od;
            x++
        :: else -> break
        od;
        fence[i] = kept_fence[i];
        epoch[i] = kept_epoch[i];
        if
        :: restores[i] == MOST_RESTORES(i) ->
            /* not read again */
            x = 0;
            do
            :: x < FEEDS ->
                kept_held[AT(i, x)] = 0;
                kept_known[x] = (AUTHOR(x) == i -> 0 : kept_known[x]);
                y = 0;
                do
                :: y < PLACES -> kept_entry[ENTRY(i, x, y)] = 0; y++
                :: else -> break
                od;
                x++
            :: else -> break
            od;
            kept_fence[i] = 0; kept_epoch[i] = 0
        :: else
        fi;
        behind[i] = 1;
#ifdef PLANT_SIGN_AT_ONCE
        behind[i] = 0;
#endif
        printf("%c restore\n", NAME(i));
        check()
    }
}

/* j answers i's question in this start with its heads; what it has not committed of i's it forgets, and what
 * i sent in an earlier start it will not take. */
inline answer(i, j) {
    d_step {
        CAN_ANSWER(i, j);
        x = 0;
        do
        :: x < FEEDS -> shown[AT(i, x)] = held[AT(j, x)]; x++
        :: else -> break
        od;
        shown_to[i] = start[i] + 1;
        shown_by[i] = start[j];
#ifndef PLANT_NO_FENCE
        fence[j] = start[i];
#ifndef PLANT_LATE_FENCE
        came_feed[j] = 0; came_place[j] = 0; came[j] = 0;
#endif
#endif
        printf("%c show %d %d %d %d\n", NAME(j), held[AT(j, 0)], held[AT(j, 1)], held[AT(j, 2)], held[AT(j, 3)]);
        x = 0
    }
}

inline refetch(i, j, f) {
    d_step {
        CAN_REFETCH(i, j, f);
        entry[ENTRY(i, f, held[AT(i, f)])] = entry[ENTRY(j, f, held[AT(i, f)])];
        printf("%c refetch %c %d/%d #%d\n", NAME(i), NAME(AUTHOR(f)), (f) % 2, held[AT(i, f)], entry[ENTRY(j, f, held[AT(i, f)])]);
        held[AT(i, f)]++;
        came_feed[i] = 0; came_place[i] = 0; came[i] = 0;
        check()
    }
}

inline join(i, j) {
    d_step {
        CAN_JOIN(i);
        joined[i] = 1; may_sign[i] = 1; behind[i] = 0;
        fence[i] = (shown_by[i] > fence[i] -> shown_by[i] : fence[i]);
        if
        :: held[AT(i, FEED(i, 1))] -> epoch[i] = 1
        :: else
        fi;
        /* the outbox: all that is one's own is sent again in this start */
        x = 2 * i;
        do
        :: x < 2 * i + 2 ->
            y = 0;
            do
            :: y < held[AT(i, x)] -> sent[ENTRY(entry[ENTRY(i, x, y)] - 1, x, y)] = start[i] + 1; y++
            :: else -> break
            od;
            x++
        :: else -> break
        od;
        printf("%c join\n", NAME(i));
#ifndef PLANT_STALE_HEADS
        /* not read again: one state instead of many */
        shown[AT(i, 0)] = 0; shown[AT(i, 1)] = 0; shown[AT(i, 2)] = 0; shown[AT(i, 3)] = 0;
        shown_to[i] = 0; shown_by[i] = 0;
#endif
        check()
    }
}

/* An officer does not wait for the peer: remedy E (README), a new epoch. */
inline waive(i) {
    d_step {
        !may_sign[i] && waivers < WAIVERS && epoch[i] == 0;
        waivers++;
        may_sign[i] = 1;
#ifndef PLANT_WAIVE_SAME_EPOCH
        epoch[i] = 1;
#endif
        printf("%c waive epoch %d\n", NAME(i), epoch[i])
    }
}

#define BUSY_FEED(i, j, f) \
    (CAN_RECEIVE(i, f, 0, 1) || CAN_RECEIVE(i, f, 0, 2) || CAN_RECEIVE(i, f, 1, 1) || CAN_RECEIVE(i, f, 1, 2) \
    || CAN_COSIGN(i, f) || CAN_HEAR(j, f, 1) || CAN_HEAR(j, f, 2))
#define BUSY(i, j) \
    (came_feed[i] || unsaved[i] || CAN_ANSWER(i, j) || CAN_JOIN(i) || CAN_REFETCH(i, j, 0) || CAN_REFETCH(i, j, 1) \
    || CAN_REFETCH(i, j, 2) || CAN_REFETCH(i, j, 3) || BUSY_FEED(i, j, FEED(j, 0)) || BUSY_FEED(i, j, FEED(j, 1)))

/* Walks for traces go on until something has happened. */
#ifdef WALK
#define ENOUGH (held[AT(0, 0)] + held[AT(0, 1)] + held[AT(0, 2)] + held[AT(0, 3)] > 2 && start[0] + start[1] > 0)
#else
#define ENOUGH true
#endif

/* Where nothing is left to do, both hold the same, both may sign, and each author knows what is cosigned. */
inline rest() {
    d_step {
        ENOUGH && !(BUSY(0, 1) || BUSY(1, 0));
        x = 0;
        do
        :: x < FEEDS ->
            assert(held[AT(0, x)] == held[AT(1, x)]);
            assert(known[x] == held[AT(0, x)]);
            x++
        :: else -> break
        od;
        x = 0;
        assert(joined[0] && joined[1]);
        printf("= %d %d %d %d\n", held[AT(0, 0)], held[AT(0, 1)], held[AT(0, 2)], held[AT(0, 3)])
    }
}

#define EACH_VARIANT(act, j, f, n) \
    :: act(j, f, n, 1) \
    :: act(j, f, n, 2)
#define EACH_PLACE(act, j, f) \
    EACH_VARIANT(act, j, f, 0) \
    EACH_VARIANT(act, j, f, 1)
#define OF_FEED(i, j, f) \
    EACH_PLACE(receive, i, f) \
    EACH_PLACE(pass_over, i, f) \
    EACH_PLACE(refuse, i, f) \
    :: cosign(i, f) \
    :: hear_receipt(j, f, 1) \
    :: hear_receipt(j, f, 2)
#define OF_NODE(i, j) \
    :: sign(i, j) \
    :: commit(i) \
    :: crash(i) \
    :: backup(i) \
    :: restore(i, j) \
    :: answer(i, j) \
    :: refetch(i, j, 0) \
    :: refetch(i, j, 1) \
    :: refetch(i, j, 2) \
    :: refetch(i, j, 3) \
    :: join(i, j) \
    :: waive(i) \
    :: d_step { unsaved[i]; unsaved[i] = 0 } \
    OF_FEED(i, j, FEED(j, 0)) \
    OF_FEED(i, j, FEED(j, 1))

active proctype line() {
    d_step { joined[0] = 1; joined[1] = 1; may_sign[0] = 1; may_sign[1] = 1 }
    do
    OF_NODE(0, 1)
    OF_NODE(1, 0)
    :: rest(); break
    od
}
