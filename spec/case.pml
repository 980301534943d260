/* One case between two parties: proposals, accepts, and when an accept is final (LINE 6, 9, 10). README.md
 * beside this file says what is modelled, what is not, and what each planted fault breaks.
 *
 * Parties are 0 and 1, "a" and "b" in traces. A party's two feeds are one chain; entry k of it covers all that
 * is before it there, and the first `covers` entries of the other's chain. Each feed arrives in its own order,
 * urgent and main in any order to each other, at any time. A proposal is a change to its author's own plan.
 */

#ifndef ENTRIES
#define ENTRIES 3   /* of each party */
#endif
#ifndef ENTRIES_B
#define ENTRIES_B ENTRIES
#endif
#ifndef VERSIONS
#define VERSIONS 1  /* new versions of its plan, of each party */
#endif

#define MOST(i) ((i) == 0 -> ENTRIES : ENTRIES_B)
#define NAME(i) ('a' + (i))
#define AT(p, k) (ENTRIES * (p) + (k))
#define SEEN(i, p, k) (2 * ENTRIES * (i) + AT(p, k))

#define PROPOSE 1
#define ACCEPT 2
#define RETRACT 3
#define LAPSE 4
#define VERSION 5
#define OTHER 6     /* anything else that is entered, such as a line check: it says what was folded */

#define OPEN 1
#define ACCEPTED 2
#define WITHDRAWN 3 /* lapsed, retracted or superseded */
#define AMENDED 4   /* accepted, and a plan has a new version since */

/* The entries, by AT. */
byte kind[8], about[8], covers[8];
bit urgent[8];
byte length[2];

/* What a party holds and has folded of the other's chain: entries of one feed can be held before others that
 * they cover, and are folded when those are there. */
bit held[8];        /* by AT of the entry: held by the other party */
byte folded[2];
byte status[16];    /* by SEEN: each party's state of each proposal */
byte accepted_by[16];

byte final[8];      /* for the properties: who ever took the accept of this proposal for final, a bit each */
byte versions[2];

byte x, y, z, author;

#ifdef RESTORE
byte kept_status[8];
bit has_backup, waived;
#define WAIVED waived
#else
#define WAIVED false
#endif


#define STANDS(s) ((s) == ACCEPTED || (s) == AMENDED)

/* A withdrawal counts unless what it folded covers the accept. */
#ifdef PLANT_RETRACT_ALWAYS
#define TOO_LATE(i, p, k, n) false
#else
#define TOO_LATE(i, p, k, n) (accepted_by[SEEN(i, p, n)] < covers[AT(p, k)])
#endif

inline withdraw(i, p, k, n) {
    if
    :: status[SEEN(i, p, n)] == OPEN -> status[SEEN(i, p, n)] = WITHDRAWN
    :: STANDS(status[SEEN(i, p, n)]) && !TOO_LATE(i, p, k, n) -> status[SEEN(i, p, n)] = WITHDRAWN; accepted_by[SEEN(i, p, n)] = 0
    :: else
    fi
}

/* A new version supersedes its author's proposals to the old one: as a retraction, which counts unless it covers
 * the accept, and not by which of the two comes first in the order. */
inline supersede(i, p, k) {
    y = 0;
    do
    :: y < k ->
#ifdef PLANT_VERSION_SPARES_ACCEPTED
        if
        :: status[SEEN(i, p, y)] == OPEN -> status[SEEN(i, p, y)] = WITHDRAWN
        :: else
        fi;
#else
        withdraw(i, p, k, y);
#endif
        y++
    :: else -> break
    od
}

inline withdraw_all(i, p, k) {
    y = 0;
    do
    :: y < k -> withdraw(i, p, k, y); y++
    :: else -> break
    od
}

inline amend(i, p) {
    y = 0;
    do
    :: y < ENTRIES ->
        if
        :: status[SEEN(i, p, y)] == ACCEPTED -> status[SEEN(i, p, y)] = AMENDED
        :: else
        fi;
        y++
    :: else -> break
    od
}

/* Party i's state after entry k of party p: by what entries cover, never by which came first. */
inline evolve(i, p, k) {
    if
    :: kind[AT(p, k)] == PROPOSE -> status[SEEN(i, p, k)] = OPEN
    :: kind[AT(p, k)] == ACCEPT ->
#ifdef PLANT_FIRST_ACCEPT_WINS
        if
        :: status[SEEN(i, 1 - p, about[AT(p, k)])] == OPEN -> withdraw_all(i, p, k)
        :: else
        fi;
#else
#ifndef PLANT_ACCEPT_KEEPS_OWN
        withdraw_all(i, p, k);
#endif
#endif
        if
        :: status[SEEN(i, 1 - p, about[AT(p, k)])] == OPEN ->
            status[SEEN(i, 1 - p, about[AT(p, k)])] = ACCEPTED;
            accepted_by[SEEN(i, 1 - p, about[AT(p, k)])] = k
        :: else
        fi
    :: kind[AT(p, k)] == RETRACT || kind[AT(p, k)] == LAPSE -> withdraw(i, p, k, about[AT(p, k)])
    :: kind[AT(p, k)] == VERSION ->
        supersede(i, p, k);
        amend(i, 0); amend(i, 1)
    :: else
    fi
}

/* Which of the proposer's entries a party may conclude from: those that it holds with all that they cover. */
#ifdef PLANT_HALF_HELD
#define CAN_TELL(i, p, e) ((i) == (p) || held[AT(p, e)])
#else
#define CAN_TELL(i, p, e) ((i) == (p) || (e) < folded[i])
#endif

#ifdef PLANT_FINAL_AT_ONCE
#define COVERED(p, e, a) true
#else
#define COVERED(p, e, a) (covers[AT(p, e)] > (a))
#endif

inline finality(i, p) {
    x = 0;
    do
    :: x < length[p] ->
        if
        :: STANDS(status[SEEN(i, p, x)]) ->
            y = 0;
            do
            :: y < length[p] ->
                if
                :: !(WAIVED && (i) == 0) && CAN_TELL(i, p, y) && COVERED(p, y, accepted_by[SEEN(i, p, x)]) && !(final[AT(p, x)] & (1 << i)) ->
                    final[AT(p, x)] = final[AT(p, x)] | (1 << i);
                    printf("%c final %c %d\n", NAME(i), NAME(p), x)
                :: else
                fi;
                y++
            :: else -> break
            od
        :: else
        fi;
        x++
    :: else -> break
    od
}

#define FULL(i) (folded[i] == length[1 - (i)])

/* No false finality; one set, one state; crossing accepts void each other; one accept a case, until a plan
 * has a new version. */
inline check() {
    finality(0, 0); finality(0, 1); finality(1, 0); finality(1, 1);
    author = 0; z = 0;
    do
    :: author < 2 ->
        x = 0;
        do
        :: x < length[author] ->
            assert(!final[AT(author, x)] || (status[SEEN(0, author, x)] != WITHDRAWN && status[SEEN(1, author, x)] != WITHDRAWN));
            assert(WAIVED || !(FULL(0) && FULL(1)) || status[SEEN(0, author, x)] == status[SEEN(1, author, x)]);
            z = z + (final[AT(author, x)] > 0);
            x++
        :: else -> break
        od;
        author++
    :: else -> break
    od;
    assert(z < 2 || versions[0] || versions[1]);
    x = 0;
    do
    :: x < length[0] ->
        y = 0;
        do
        :: y < length[1] ->
            if
            :: !WAIVED && FULL(0) && FULL(1) && kind[AT(0, x)] == ACCEPT && kind[AT(1, y)] == ACCEPT && covers[AT(0, x)] <= y && covers[AT(1, y)] <= x ->
                assert(status[SEEN(0, 1, about[AT(0, x)])] == WITHDRAWN);
                assert(status[SEEN(0, 0, about[AT(1, y)])] == WITHDRAWN)
            :: else
            fi;
            y++
        :: else -> break
        od;
        x++
    :: else -> break
    od;
    x = 0; y = 0; z = 0; author = 0
}

inline enter(i, what, which, feed) {
    kind[AT(i, length[i])] = what;
    about[AT(i, length[i])] = which;
    covers[AT(i, length[i])] = folded[i];
    urgent[AT(i, length[i])] = feed;
    length[i]++;
    evolve(i, i, (length[i] - 1));
    check()
}

#ifdef RESTORE
/* Party a is restored from an older backup, and an officer does not wait for b's heads (LINE 15). What a
 * retracts then does not cover all that a has entered before: b takes it for disputed, and it retracts nothing
 * (LINE 6). Nor may a conclude anything from it before it has joined again. */

inline backup() {
    d_step {
        !has_backup && !waived;
        has_backup = 1;
        x = 0;
        do
        :: x < 2 * ENTRIES -> kept_status[x] = status[x]; x++
        :: else -> break
        od;
        x = 0;
        printf("a backup\n")
    }
}

inline restore() {
    d_step {
        has_backup && !waived;
        waived = 1; has_backup = 0;
        x = 0;
        do
        :: x < 2 * ENTRIES -> status[x] = kept_status[x]; kept_status[x] = 0; x++
        :: else -> break
        od;
        x = 0;
        printf("a restore\na waive\n")
    }
}

inline retract_waived(n) {
    d_step {
        waived && status[AT(0, n)] == OPEN;
        printf("a retract-waived of %d\n", n);
#ifdef PLANT_WAIVED_RETRACT
        status[AT(0, n)] = WITHDRAWN;
        accepted_by[AT(0, n)] = 0;
#endif
        check()
    }
}
#endif

/* Walks for traces run in step, so that they come to accept something. */
#ifdef WALK
#define IN_STEP(i) (length[i] <= folded[i])
#else
#define IN_STEP(i) true
#endif

/* The parties are alike: call the one that enters first a. */
#define MAY_ENTER(i) (IN_STEP(i) && !(WAIVED && (i) == 0) && length[i] < MOST(i) && ((i) == 0 || length[0] > 0))

/* In an accepted case nobody proposes or accepts further, until a plan has a new version. */
#define NOT_BY(i, p) \
    (status[SEEN(i, p, 0)] != ACCEPTED && status[SEEN(i, p, 1)] != ACCEPTED && status[SEEN(i, p, 2)] != ACCEPTED \
    && status[SEEN(i, p, ENTRIES - 1)] != ACCEPTED)
#define NOT_SETTLED(i) (NOT_BY(i, 0) && NOT_BY(i, 1))

inline propose(i) {
    d_step {
        MAY_ENTER(i) && NOT_SETTLED(i);
        printf("%c propose %d main folded %d\n", NAME(i), length[i], folded[i]);
        enter(i, PROPOSE, 0, 0)
    }
}

inline accept(i, n) {
    d_step {
        MAY_ENTER(i) && NOT_SETTLED(i) && status[SEEN(i, 1 - i, n)] == OPEN;
        printf("%c accept %d main folded %d of %d\n", NAME(i), length[i], folded[i], n);
        enter(i, ACCEPT, n, 0)
    }
}

/* Too late a retraction may be entered; it must not count. */
inline retract(i, n) {
    d_step {
        MAY_ENTER(i) && (status[SEEN(i, i, n)] == OPEN || status[SEEN(i, i, n)] == ACCEPTED);
        printf("%c retract %d urgent folded %d of %d\n", NAME(i), length[i], folded[i], n);
        enter(i, RETRACT, n, 1)
    }
}

inline lapse(i, n) {
    d_step {
        MAY_ENTER(i) && status[SEEN(i, i, n)] == OPEN;
        printf("%c lapse %d main folded %d of %d\n", NAME(i), length[i], folded[i], n);
        enter(i, LAPSE, n, 0)
    }
}

inline version(i) {
    d_step {
        MAY_ENTER(i) && versions[i] < VERSIONS;
        printf("%c version %d main folded %d\n", NAME(i), length[i], folded[i]);
        versions[i]++;
        enter(i, VERSION, 0, 0)
    }
}

inline other(i, feed) {
    d_step {
        MAY_ENTER(i);
        if
        :: feed -> printf("%c other %d urgent folded %d\n", NAME(i), length[i], folded[i])
        :: else -> printf("%c other %d main folded %d\n", NAME(i), length[i], folded[i])
        fi;
        enter(i, OTHER, 0, feed)
    }
}

#define BEFORE(p, k, m) ((m) < (k) && urgent[AT(p, m)] == urgent[AT(p, k)] && !held[AT(p, m)])

inline receive(i, k) {
    d_step {
        !(WAIVED && (i) == 0) && k < length[1 - i] && !held[AT(1 - i, k)] && !BEFORE(1 - i, k, 0) && !BEFORE(1 - i, k, 1) && !BEFORE(1 - i, k, 2);
        held[AT(1 - i, k)] = 1;
        printf("%c receive %d\n", NAME(i), k);
        do
        :: folded[i] < length[1 - i] && held[AT(1 - i, folded[i])] ->
            printf("%c fold %d\n", NAME(i), folded[i]);
            evolve(i, (1 - i), folded[i]);
            folded[i]++
        :: else -> break
        od;
        check()
    }
}

inline rest() {
    d_step {
        !WAIVED && FULL(0) && FULL(1) && length[0] == MOST(0) && length[1] == MOST(1);
        author = 0;
        do
        :: author < 2 ->
            x = 0;
            do
            :: x < ENTRIES ->
                if
                :: kind[AT(author, x)] == PROPOSE ->
                    printf("= %c %d ", NAME(author), x);
                    if
                    :: status[SEEN(0, author, x)] == OPEN -> printf("open\n")
                    :: status[SEEN(0, author, x)] == ACCEPTED -> printf("accepted\n")
                    :: status[SEEN(0, author, x)] == WITHDRAWN -> printf("withdrawn\n")
                    :: status[SEEN(0, author, x)] == AMENDED -> printf("amended\n")
                    fi
                :: else
                fi;
                x++
            :: else -> break
            od;
            author++
        :: else -> break
        od;
        x = 0; author = 0
    }
}

#if ENTRIES > 3
#define EACH(act, i) \
    :: act(i, 0) \
    :: act(i, 1) \
    :: act(i, 2) \
    :: act(i, 3)
#else
#define EACH(act, i) \
    :: act(i, 0) \
    :: act(i, 1) \
    :: act(i, 2)
#endif

/* A lapse differs from a retraction in its feed only: longer chains do without it. */
#ifdef LONG
#define MORE(i) /* nothing */
#else
#define MORE(i) \
    EACH(lapse, i) \
    :: version(i) \
    :: other(i, 0)
#endif

#ifdef RESTORE
#define AFTER_RESTORE \
    :: backup() \
    :: restore() \
    EACH_WAIVED \
    :: waived -> break
#define EACH_WAIVED \
    :: retract_waived(0) \
    :: retract_waived(1) \
    :: retract_waived(2)
#else
#define AFTER_RESTORE /* nothing */
#endif

#define OF_PARTY(i) \
    :: propose(i) \
    EACH(accept, i) \
    EACH(retract, i) \
    :: other(i, 1) \
    EACH(receive, i) \
    MORE(i)

active proctype cases() {
    do
    OF_PARTY(0)
    OF_PARTY(1)
    AFTER_RESTORE
    :: rest() -> break
    od
}
