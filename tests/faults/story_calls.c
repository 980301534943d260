/* Counts the calls to the system by which a process sends, keeps and names; kills it at one of them.

   Loaded before libc (LD_PRELOAD). It acts on entry: the call at which the process is killed is not carried
   out, so what a kill after a call leaves is what a kill at the next one leaves. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SEND, SYNC, COMMIT, NAME, WRITE, KINDS };

static int armed, kill_kind = -1, skipped = -1, listing = -1, ends = -1;
static long kill_at, counted[KINDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* From now on: die at the k-th call of a kind (from 1; kind -1: never); `list` gets a line for each call;
   what goes through `skip` does not count. */
void story_arm(int kind, long k, int list, int skip) {
    memset(counted, 0, sizeof counted);
    kill_kind = kind, kill_at = k, listing = list, skipped = skip, armed = 1;
}

static void point(int kind, const char *call, int fd, const char *name) {
    pthread_mutex_lock(&lock);
    counted[kind]++;
    if (listing >= 0) {
        char at[64], found[512] = "", line[700];
        if (name == NULL) {
            snprintf(at, sizeof at, "/proc/self/fd/%d", fd);
            ssize_t n = readlink(at, found, sizeof found - 1);
            found[n > 0 ? n : 0] = 0;
            name = found;
        }
        int n = snprintf(line, sizeof line, "%d %s %s\n", kind, call, name);
        syscall(SYS_write, listing, line, (size_t)(n < (int)sizeof line ? n : (int)sizeof line - 1));
    }
    if (kind == kill_kind && counted[kind] == kill_at) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    pthread_mutex_unlock(&lock);
}

static int is(int fd, mode_t format) {
    struct stat found;
    return fstat(fd, &found) == 0 && (found.st_mode & S_IFMT) == format;
}

/* To another machine, as far as the process knows; a loop wakes itself through a local one. */
static int outward(int fd) {
    int domain = 0;
    socklen_t size = sizeof domain;
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain != AF_UNIX;
}

/* A frame of SQLite's log is a header of 24 bytes, then a page; the one that ends a transaction says in its
   header, from byte 4 on, how large the file is then. */
static void written(const char *call, int fd, const void *data, size_t size) {
    if (!armed || fd == skipped || fd == listing) return;
    if (outward(fd)) { point(SEND, call, fd, NULL); return; }
    if (!is(fd, S_IFREG)) return;
    if (ends == fd && size > 24) {
        ends = -1;
        point(COMMIT, call, fd, NULL);
        return;
    }
    if (size == 24 && memcmp((const char *)data + 4, "\0\0\0\0", 4) != 0) ends = fd;
    point(WRITE, call, fd, NULL);
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t size) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, "write");
    written("write", fd, data, size);
    return real(fd, data, size);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL(pwrite64);
    written("pwrite64", fd, data, size);
    return real(fd, data, size, at);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    REAL(pwrite);
    written("pwrite64", fd, data, size);
    return real(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int n) {
    REAL(writev);
    written("writev", fd, "", 0);
    return real(fd, parts, n);
}
ssize_t send(int fd, const void *data, size_t size, int flags) {
    REAL(send);
    if (armed && outward(fd)) point(SEND, "sendto", fd, NULL);
    return real(fd, data, size, flags);
}
ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t len) {
    REAL(sendto);
    if (armed && outward(fd)) point(SEND, "sendto", fd, NULL);
    return real(fd, data, size, flags, to, len);
}
ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    REAL(sendmsg);
    if (armed && outward(fd)) point(SEND, "sendmsg", fd, NULL);
    return real(fd, message, flags);
}
int fsync(int fd) {
    REAL(fsync);
    if (armed) point(SYNC, "fsync", fd, NULL);
    return real(fd);
}
int fdatasync(int fd) {
    REAL(fdatasync);
    if (armed) point(SYNC, "fdatasync", fd, NULL);
    return real(fd);
}
int ftruncate64(int fd, off64_t size) {
    REAL(ftruncate64);
    if (armed) point(WRITE, "ftruncate", fd, NULL);
    return real(fd, size);
}
int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    if (armed) point(WRITE, "ftruncate", fd, NULL);
    return real(fd, size);
}
int truncate64(const char *path, off64_t size) {
    REAL(truncate64);
    if (armed) point(WRITE, "truncate", -1, path);
    return real(path, size);
}
int truncate(const char *path, off_t size) {
    REAL(truncate);
    if (armed) point(WRITE, "truncate", -1, path);
    return real(path, size);
}
int rename(const char *from, const char *to) {
    REAL(rename);
    if (armed) point(NAME, "rename", -1, from);
    return real(from, to);
}
int unlink(const char *path) {
    REAL(unlink);
    if (armed) point(NAME, "unlink", -1, path);
    return real(path);
}
int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    if (armed) point(NAME, "mkdir", -1, path);
    return real(path, mode);
}

#define OPENS(name)                                                                                       \
    int name(const char *path, int flags, ...) {                                                          \
        REAL(name);                                                                                       \
        va_list rest;                                                                                     \
        va_start(rest, flags);                                                                            \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                                         \
        va_end(rest);                                                                                     \
        if (armed && flags & O_CREAT) point(NAME, "openat", -1, path);                                    \
        return real(path, flags, mode);                                                                   \
    }
OPENS(open)
OPENS(open64)
