/* Runs a program and writes down everything that it does to the files of one folder, in order, with
 * what it wrote; or lets some of it fail.
 *
 *     tracer FOLDER TRACE [FAULT] -- PROGRAM ARGUMENT...
 *
 * It stops the program's threads at the calls of the kernel that matter (seccomp, ptrace), so that
 * nothing is missed, whatever library makes them, and only one of them is under way at a time: the
 * order of the trace is the order in which things happened.
 *
 * TRACE is a row of records, numbers little-endian:
 *
 *     u8 kind | u64 file | u64 number | u32 length, bytes | u32 length, bytes
 *
 *     C  a file was made: its path             M  a folder was made: its path
 *     T  a file was cut or lengthened: to      R  something was renamed: from, to
 *     W  bytes were written: at, what          U  a name was removed: its path
 *     S  a file was synced                     D  a folder was synced: its path
 *     !  something was said: what (standard output, wherever it leads)
 *     F  a call on a file was made to fail: which
 *     ?  a call was made that isn't followed: which
 *
 * A file is known by the number of its inode, paths are relative to FOLDER.
 *
 * FAULT is CALLS:ERRNO:COUNT:TIMES: so many calls of a class (w writes and lengthens, s syncs, n makes,
 * renames and removes names, o opens) on files of the folder fail with that number of the system,
 * after COUNT that were made once the program had said something. Classes may stand together. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *folder;
static size_t folder_length;
static FILE *trace;

static const char *fault_classes = "";
static int fault_errno;
static long fault_countdown;
static long fault_times;
static int said_something;

static void die(const char *what) {
    fprintf(stderr, "tracer: %s: %s\n", what, strerror(errno));
    exit(97);
}

/* ---- the trace ---- */

static void number(uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        fputc((int)(value >> (8 * i) & 255), trace);
}

static void text(const void *bytes, size_t length) {
    number(length, 4);
    fwrite(bytes, 1, length, trace);
}

static void record(char kind, uint64_t file, uint64_t n, const void *a, size_t a_length,
                   const char *b) {
    fputc(kind, trace);
    number(file, 8);
    number(n, 8);
    text(a, a_length);
    text(b, strlen(b));
    if (ferror(trace))
        die("the trace can't be written");
}

static void named(char kind, uint64_t file, uint64_t n, const char *path) {
    record(kind, file, n, path, strlen(path), "");
}

/* ---- what the program means ---- */

static void memory(pid_t pid, uint64_t from, void *to, size_t length) {
    struct iovec here = {to, length}, there = {(void *)(uintptr_t)from, length};
    if (process_vm_readv(pid, &here, 1, &there, 1, 0) != (ssize_t)length)
        die("the program's memory can't be read");
}

static void string(pid_t pid, uint64_t from, char *to) {
    for (size_t i = 0; i < PATH_MAX; i++) {
        memory(pid, from + i, to + i, 1);
        if (!to[i])
            return;
    }
    to[PATH_MAX - 1] = 0;
}

/* The path below the folder, or NULL if it lies elsewhere. */
static const char *below(const char *path) {
    if (strncmp(path, folder, folder_length))
        return NULL;
    if (!path[folder_length])
        return "";
    return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

/* Where a descriptor leads. */
static void leads_to(pid_t pid, int fd, char *to) {
    char link[64];
    if (fd == AT_FDCWD)
        snprintf(link, sizeof link, "/proc/%d/cwd", pid);
    else
        snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, fd);
    ssize_t length = readlink(link, to, PATH_MAX - 1);
    to[length < 0 ? 0 : length] = 0;
}

/* The absolute path of an argument. */
static void resolved(pid_t pid, int at, uint64_t argument, char *to) {
    char given[PATH_MAX], from[PATH_MAX];
    string(pid, argument, given);
    if (given[0] == '/') {
        strcpy(to, given);
        return;
    }
    leads_to(pid, at, from);
    if (snprintf(to, PATH_MAX, "%s/%s", from, given) >= PATH_MAX)
        die("a path is too long");
}

static int described(pid_t pid, int fd, struct stat *of) {
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, fd);
    return stat(link, of);
}

/* Where the next byte of a descriptor goes. */
static uint64_t place(pid_t pid, int fd) {
    char path[64], line[128];
    uint64_t pos = 0;
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", pid, fd);
    FILE *info = fopen(path, "r");
    if (!info)
        die(path);
    while (fgets(line, sizeof line, info))
        if (sscanf(line, "pos: %" SCNu64, &pos) == 1)
            break;
    fclose(info);
    return pos;
}

/* ---- the calls ---- */

#define CALLS(X)                                                                                   \
    X(openat) X(write) X(pwrite64) X(writev) X(pwritev) X(pwritev2) X(ftruncate) X(truncate)       \
    X(fallocate) X(fsync) X(fdatasync) X(syncfs) X(sync_file_range) X(renameat) X(renameat2)       \
    X(unlinkat) X(mkdirat) X(linkat) X(symlinkat) X(copy_file_range) X(sendfile) X(mmap)           \
    X(io_uring_setup)
#ifdef SYS_open
#define OLD_CALLS(X) X(open) X(creat) X(rename) X(unlink) X(mkdir) X(rmdir) X(link) X(symlink)
#else
#define OLD_CALLS(X)
#endif

static const struct {
    long call;
    const char *name;
} calls[] = {
#define X(name) {SYS_##name, #name},
    CALLS(X) OLD_CALLS(X)
#undef X
};
#define CALL_COUNT (sizeof calls / sizeof *calls)

static const char *name_of(long call) {
    for (size_t i = 0; i < CALL_COUNT; i++)
        if (calls[i].call == call)
            return calls[i].name;
    return "?";
}

/* A call, as it was made. */
struct call {
    pid_t pid;
    long nr;
    uint64_t a[6];
    char class;              /* of faults; 0 if the call isn't followed */
    char kind;               /* of the record; 0 if there is none */
    int fd;                  /* what it works on, or -1 */
    int new_file, truncates; /* for opens */
    uint64_t offset, length; /* for writes and truncations */
    int appends;             /* whether the offset is where the descriptor stands */
    char path[PATH_MAX], to[PATH_MAX];
};

static void on_path(struct call *c, char class, char kind, int at, uint64_t argument) {
    c->class = class;
    c->kind = kind;
    resolved(c->pid, at, argument, c->path);
}

static void on_file(struct call *c, char class, char kind, int fd) {
    c->class = class;
    c->kind = kind;
    c->fd = fd;
    leads_to(c->pid, fd, c->path);
}

static void opens(struct call *c, int at, uint64_t path, uint64_t flags) {
    struct stat there;
    on_path(c, 'o', 0, at, path);
    if ((flags & O_TMPFILE) == O_TMPFILE) {
        c->kind = '?';
        return;
    }
    c->new_file = (flags & O_CREAT) && lstat(c->path, &there) && errno == ENOENT;
    c->truncates = !!(flags & O_TRUNC);
    if (c->new_file)
        c->class = 'n';
}

/* Understands a call before it is made. */
static void understand(struct call *c) {
    uint64_t *a = c->a;
    c->fd = -1;
    switch (c->nr) {
    case SYS_openat: opens(c, (int)a[0], a[1], a[2]); break;
    case SYS_write:
        on_file(c, 'w', 'W', (int)a[0]);
        c->length = a[2];
        c->appends = 1;
        break;
    case SYS_pwrite64:
        on_file(c, 'w', 'W', (int)a[0]);
        c->length = a[2];
        c->offset = a[3];
        break;
    case SYS_writev: on_file(c, 'w', 'V', (int)a[0]); c->appends = 1; break;
    case SYS_ftruncate:
        on_file(c, 'w', 'T', (int)a[0]);
        c->length = a[1];
        break;
    case SYS_fsync:
    case SYS_fdatasync: on_file(c, 's', 'S', (int)a[0]); break;
    case SYS_renameat:
    case SYS_renameat2:
        on_path(c, 'n', c->nr == SYS_renameat2 && (a[4] & ~(uint64_t)1) ? '?' : 'R', (int)a[0], a[1]);
        resolved(c->pid, (int)a[2], a[3], c->to);
        break;
    case SYS_unlinkat: on_path(c, 'n', 'U', (int)a[0], a[1]); break;
    case SYS_mkdirat: on_path(c, 'n', 'M', (int)a[0], a[1]); break;
#ifdef SYS_open
    case SYS_open: opens(c, AT_FDCWD, a[0], a[1]); break;
    case SYS_creat: opens(c, AT_FDCWD, a[0], O_CREAT | O_TRUNC); break;
    case SYS_rename:
        on_path(c, 'n', 'R', AT_FDCWD, a[0]);
        resolved(c->pid, AT_FDCWD, a[1], c->to);
        break;
    case SYS_unlink:
    case SYS_rmdir: on_path(c, 'n', 'U', AT_FDCWD, a[0]); break;
    case SYS_mkdir: on_path(c, 'n', 'M', AT_FDCWD, a[0]); break;
    case SYS_link: on_path(c, 'n', '?', AT_FDCWD, a[1]); break;
    case SYS_symlink: on_path(c, 'n', '?', AT_FDCWD, a[1]); break;
#endif
    case SYS_linkat: on_path(c, 'n', '?', (int)a[2], a[3]); break;
    case SYS_symlinkat: on_path(c, 'n', '?', (int)a[1], a[2]); break;
    case SYS_truncate: on_path(c, 'w', '?', AT_FDCWD, a[0]); break;
    case SYS_copy_file_range: on_file(c, 'w', '?', (int)a[2]); break;
    case SYS_pwritev:
    case SYS_pwritev2:
    case SYS_fallocate:
    case SYS_syncfs:
    case SYS_sync_file_range:
    case SYS_sendfile: on_file(c, 'w', '?', (int)a[0]); break;
    case SYS_mmap:
        if ((a[3] & MAP_SHARED) && (a[2] & PROT_WRITE) && !(a[3] & MAP_ANONYMOUS))
            on_file(c, 'w', '?', (int)a[4]);
        break;
    case SYS_io_uring_setup:
        c->class = 'w';
        c->kind = '?';
        strcpy(c->path, folder);
        break;
    }
}

/* Copies what was written, which may be less than what was to be. */
static void written(struct call *c, uint64_t length, uint64_t ino, char kind) {
    uint8_t *bytes = malloc(length ? length : 1);
    uint64_t done = 0;
    if (c->kind == 'W') {
        memory(c->pid, c->a[1], bytes, length);
    } else {
        for (uint64_t i = 0; i < c->a[2] && done < length; i++) {
            struct iovec piece;
            memory(c->pid, c->a[1] + i * sizeof piece, &piece, sizeof piece);
            uint64_t take = piece.iov_len < length - done ? piece.iov_len : length - done;
            memory(c->pid, (uintptr_t)piece.iov_base, bytes + done, take);
            done += take;
        }
    }
    uint64_t at = c->appends && kind == 'W' ? place(c->pid, c->fd) - length : c->offset;
    record(kind, ino, at, bytes, length, "");
    free(bytes);
}

/* Writes down what a call did. */
static void happened(struct call *c, int64_t result) {
    struct stat of;
    const char *path = below(c->path);
    if ((c->kind == 'W' || c->kind == 'V') && c->fd == 1) {
        said_something = 1;
        written(c, (uint64_t)result, 0, '!');
        return;
    }
    if (!path || !c->class)
        return;
    switch (c->kind) {
    case 0: /* an open */
        if (!c->new_file && !c->truncates)
            return;
        if (described(c->pid, (int)result, &of))
            die("what was opened can't be seen");
        if (c->new_file)
            named('C', of.st_ino, 0, path);
        else
            named('T', of.st_ino, 0, path);
        return;
    case 'W':
    case 'V':
    case 'T':
    case 'S':
        if (described(c->pid, c->fd, &of))
            die("what was written to can't be seen");
        if (c->kind == 'S')
            named(S_ISDIR(of.st_mode) ? 'D' : 'S', of.st_ino, 0, path);
        else if (c->kind == 'T')
            named('T', of.st_ino, c->length, path);
        else
            written(c, (uint64_t)result, of.st_ino, 'W');
        return;
    case 'R': {
        const char *to = below(c->to);
        record('R', 0, 0, path, strlen(path), to ? to : "?");
        return;
    }
    case '?': named('?', 0, 0, name_of(c->nr)); return;
    default: named(c->kind, 0, 0, path);
    }
}

/* ---- faults ---- */

static int fails(struct call *c) {
    if (!*fault_classes || !c->class || !below(c->path))
        return 0;
    if (!said_something && !strchr(fault_classes, 'e'))
        return 0;
    if (!strchr(fault_classes, c->class))
        return 0;
    return --fault_countdown < 0 && --fault_times >= 0;
}

static void refuse(struct call *c) {
#if defined(__x86_64__)
    struct user_regs_struct regs;
    if (ptrace(PTRACE_GETREGS, c->pid, 0, &regs))
        die("registers");
    regs.orig_rax = (unsigned long long)-1;
    regs.rax = (unsigned long long)-fault_errno;
    if (ptrace(PTRACE_SETREGS, c->pid, 0, &regs))
        die("registers");
#elif defined(__aarch64__)
    int none = -1;
    struct user_regs_struct regs;
    struct iovec call = {&none, sizeof none}, general = {&regs, sizeof regs};
    if (ptrace(PTRACE_GETREGSET, c->pid, 1 /* NT_PRSTATUS */, &general))
        die("registers");
    regs.regs[0] = (unsigned long long)-fault_errno;
    if (ptrace(PTRACE_SETREGSET, c->pid, 0x404 /* NT_ARM_SYSTEM_CALL */, &call) ||
        ptrace(PTRACE_SETREGSET, c->pid, 1, &general))
        die("registers");
#else
#error "say here how a call is refused on this processor"
#endif
    struct stat of;
    int known = c->fd >= 0 && !described(c->pid, c->fd, &of);
    named('F', known ? of.st_ino : 0, 0, name_of(c->nr));
}

/* ---- the program ---- */

static void only_these_calls(void) {
    struct sock_filter filter[CALL_COUNT + 3];
    size_t n = 0;
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < CALL_COUNT; i++)
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i].call,
                                                   (uint8_t)(CALL_COUNT - i), 0);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    struct sock_fprog program = {(unsigned short)n, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        die("seccomp");
}

static void made(pid_t pid) {
    struct __ptrace_syscall_info info;
    struct call c = {.pid = pid};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0)
        die("a call can't be seen");
    c.nr = (long)info.seccomp.nr;
    memcpy(c.a, info.seccomp.args, sizeof c.a);
    understand(&c);
    int followed = c.class && (below(c.path) || c.fd == 1);
    if (!followed) {
        ptrace(PTRACE_CONT, pid, 0, 0);
        return;
    }
    if (fails(&c)) {
        refuse(&c);
        ptrace(PTRACE_CONT, pid, 0, 0);
        return;
    }
    /* Until the call has returned, the others that make one wait where they are. */
    for (int status, signal = 0;;) {
        if (ptrace(PTRACE_SYSCALL, pid, 0, signal) || waitpid(pid, &status, __WALL) < 0 ||
            !WIFSTOPPED(status))
            return; /* it was killed in the middle */
        if (WSTOPSIG(status) == (SIGTRAP | 0x80))
            break;
        signal = WSTOPSIG(status) == SIGSTOP ? 0 : WSTOPSIG(status);
    }
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0)
        die("a call's end can't be seen");
    if (!info.exit.is_error)
        happened(&c, info.exit.rval);
    ptrace(PTRACE_CONT, pid, 0, 0);
}

int main(int argc, char **argv) {
    int at = 3;
    if (argc < 5)
        return 98;
    folder = realpath(argv[1], NULL);
    trace = fopen(argv[2], "wbe");
    if (!folder || !trace)
        die("folder or trace");
    folder_length = strlen(folder);
    if (strcmp(argv[at], "--")) {
        char *fault = strdup(argv[at++]);
        fault_classes = strtok(fault, ":");
        fault_errno = atoi(strtok(NULL, ":"));
        fault_countdown = atol(strtok(NULL, ":"));
        fault_times = atol(strtok(NULL, ":"));
    }
    pid_t child = fork();
    if (!child) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        only_these_calls();
        execv(argv[at + 1], argv + at + 1);
        _exit(96);
    }
    int status, code = 99;
    waitpid(child, &status, 0);
    ptrace(PTRACE_SETOPTIONS, child, 0,
           PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
               PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL);
    ptrace(PTRACE_CONT, child, 0, 0);
    for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0;) {
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (pid == child)
                code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        } else if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8))) {
            made(pid);
        } else if (status >> 16 || WSTOPSIG(status) == SIGSTOP || WSTOPSIG(status) == SIGTRAP) {
            ptrace(PTRACE_CONT, pid, 0, 0); /* a thread began */
        } else {
            ptrace(PTRACE_CONT, pid, 0, WSTOPSIG(status));
        }
    }
    return fclose(trace) ? 97 : code;
}
