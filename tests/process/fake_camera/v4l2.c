/* A camera /dev/video9 for a process that has this library in LD_PRELOAD. It refuses what the kernel refuses: a change while
 * buffers are there, a second stream, a buffer queued twice, every call on the handle of a camera that was unplugged.
 *
 *   FAKE_CAMERA_MODES    "MJPG 1280 720 30,YUYV 640 480 30"
 *   FAKE_CAMERA_FRAME    file with the bytes of a good frame of the first mode; FAKE_CAMERA_DAMAGED: of a damaged one
 *   FAKE_CAMERA_SCRIPT   steps, then good frames for ever: f<n> good frames, d<n> damaged frames, e<n> I/O errors,
 *                        s<ms> no frames, g<ms> unplugged; "" for none
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { BUFFERS = 4, ROOM = 2 << 20, FDS = 1024 };

static struct { unsigned fourcc, width, height, rate; } modes[8], now;
static struct { char *bytes; unsigned size; } good, damaged;
static struct { char kind; long left; } script[64];
static struct { char *bytes; int queued; } buffers[BUFFERS];
static unsigned mode_count, step, buffer_count, streaming, plugged = 1, sequence;
static unsigned fds[FDS]; /* which plugging-in the handle is of; 0: none of ours */
static int owner;         /* the handle with the buffers */
static long step_began = -1, last_frame;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...) (((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)))

static long clock_ms(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static void read_file(const char *variable, char **bytes, unsigned *size) {
    FILE *file = getenv(variable) ? fopen(getenv(variable), "r") : NULL;
    if (!file) return;
    *bytes = malloc(ROOM);
    *size = fread(*bytes, 1, ROOM, file);
    fclose(file);
}

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("FAKE_CAMERA_MODES");
    char fourcc[5];
    int used = 0;
    for (; text && mode_count < 8; text += used + (text[used] == ','), mode_count++) {
        if (sscanf(text, "%4s %u %u %u%n", fourcc, &modes[mode_count].width, &modes[mode_count].height,
                   &modes[mode_count].rate, &used) != 4) break;
        modes[mode_count].fourcc = v4l2_fourcc(fourcc[0], fourcc[1], fourcc[2], fourcc[3]);
    }
    if (mode_count) now = modes[mode_count - 1]; /* as a real camera, it does not start in its best mode */
    text = getenv("FAKE_CAMERA_SCRIPT");
    for (int i = 0; text && i < 63 && sscanf(text, " %c%ld%n", &script[i].kind, &script[i].left, &used) == 2; i++) text += used;
    read_file("FAKE_CAMERA_FRAME", &good.bytes, &good.size);
    read_file("FAKE_CAMERA_DAMAGED", &damaged.bytes, &damaged.size);
}

/* Goes to the step of the script that holds now. */
static char advance(void) {
    for (;; step++, step_began = -1) {
        char kind = script[step].kind;
        if (!kind) return 'f';
        if (kind != 's' && kind != 'g') {
            if (script[step].left > 0) return kind;
            continue;
        }
        if (step_began < 0) {
            step_began = clock_ms();
            if (kind == 'g') plugged++, buffer_count = streaming = owner = 0;
        }
        if (clock_ms() - step_began < script[step].left) return kind;
    }
}

static int ours(int fd) { return fd >= 0 && fd < FDS && fds[fd]; }
static int gone(int fd) { return advance() == 'g' || fds[fd] != plugged; }
static int due(char kind) { return streaming && kind != 's' && clock_ms() - last_frame >= 1000 / (long)now.rate; }

static int enumerate(unsigned index, unsigned fourcc, unsigned width, unsigned height) {
    for (unsigned i = 0; i < mode_count; i++) {
        int first = 1;
        for (unsigned j = 0; j < i; j++) first &= modes[j].fourcc != modes[i].fourcc;
        int fits = fourcc ? modes[i].fourcc == fourcc && (!width || (modes[i].width == width && modes[i].height == height)) : first;
        if (fits && index-- == 0) return i;
    }
    return -1;
}

static int dequeue(struct v4l2_buffer *buffer) {
    char kind = advance();
    if (!streaming) return EINVAL;
    if (!due(kind)) return EAGAIN;
    if (script[step].kind) script[step].left--;
    if (kind == 'e') return EIO;
    for (unsigned i = 0; i < buffer_count; i++) {
        unsigned slot = (sequence + i) % buffer_count;
        if (!buffers[slot].queued) continue;
        char *bytes = kind == 'd' ? damaged.bytes : good.bytes;
        buffer->bytesused = kind == 'd' ? damaged.size : good.size;
        memcpy(buffers[slot].bytes, bytes, buffer->bytesused); /* the rest of the buffer keeps what was there */
        buffers[slot].queued = 0;
        buffer->index = slot, buffer->sequence = sequence++;
        last_frame = clock_ms();
        return 0;
    }
    return EAGAIN;
}

static int answer(int fd, unsigned long request, void *argument) {
    if (gone(fd)) return ENODEV;
    struct v4l2_buffer *buffer = argument;
    int mode;
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *caps = argument;
        strcpy((char *)caps->card, "Fake camera"), strcpy((char *)caps->driver, "fake"), strcpy((char *)caps->bus_info, "usb-fake");
        caps->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    }
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *format = argument;
        if ((mode = enumerate(format->index, 0, 0, 0)) < 0) return EINVAL;
        return format->pixelformat = modes[mode].fourcc, 0;
    }
    case VIDIOC_ENUM_FRAMESIZES: {
        struct v4l2_frmsizeenum *size = argument;
        if ((mode = enumerate(size->index, size->pixel_format, 0, 0)) < 0) return EINVAL;
        size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        size->discrete.width = modes[mode].width, size->discrete.height = modes[mode].height;
        return 0;
    }
    case VIDIOC_ENUM_FRAMEINTERVALS: {
        struct v4l2_frmivalenum *interval = argument;
        if ((mode = enumerate(interval->index, interval->pixel_format, interval->width, interval->height)) < 0) return EINVAL;
        interval->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        interval->discrete.numerator = 1, interval->discrete.denominator = modes[mode].rate;
        return 0;
    }
    case VIDIOC_S_FMT:
    case VIDIOC_G_FMT: {
        struct v4l2_pix_format *format = &((struct v4l2_format *)argument)->fmt.pix;
        if (request == VIDIOC_S_FMT) {
            if (buffer_count) return EBUSY;
            mode = enumerate(0, format->pixelformat, format->width, format->height);
            if (mode < 0) mode = enumerate(0, format->pixelformat, 0, 0);
            now = modes[mode < 0 ? 0 : mode]; /* what was asked for or what is near it: the caller has to look */
        }
        format->pixelformat = now.fourcc, format->width = now.width, format->height = now.height;
        format->sizeimage = ROOM, format->field = V4L2_FIELD_NONE;
        return 0;
    }
    case VIDIOC_S_PARM:
    case VIDIOC_G_PARM: {
        struct v4l2_captureparm *rate = &((struct v4l2_streamparm *)argument)->parm.capture;
        if (request == VIDIOC_S_PARM && streaming) return EBUSY;
        rate->timeperframe.numerator = 1, rate->timeperframe.denominator = now.rate; /* each mode has one rate */
        return 0;
    }
    case VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *wanted = argument;
        if (streaming || (owner && owner != fd)) return EBUSY;
        if (wanted->count > BUFFERS) wanted->count = BUFFERS;
        memset(buffers, 0, sizeof buffers);
        return buffer_count = wanted->count, owner = buffer_count ? fd : 0, 0;
    }
    case VIDIOC_QUERYBUF:
        if (buffer->index >= buffer_count) return EINVAL;
        return buffer->length = ROOM, buffer->m.offset = buffer->index * ROOM, 0;
    case VIDIOC_QBUF:
        if (buffer->index >= buffer_count || buffers[buffer->index].queued || !buffers[buffer->index].bytes) return EINVAL;
        return buffers[buffer->index].queued = 1, 0;
    case VIDIOC_DQBUF: return dequeue(buffer);
    case VIDIOC_STREAMON: return buffer_count && owner == fd ? (streaming = 1, last_frame = clock_ms(), 0) : EINVAL;
    case VIDIOC_STREAMOFF:
        if (owner && owner != fd) return EBUSY;
        for (int i = 0; i < BUFFERS; i++) buffers[i].queued = 0;
        return streaming = 0;
    }
    return ENOTTY;
}

/* Arguments that the caller did not give are passed on as they lie there, as the C library does. */
long syscall(long number, ...) {
    va_list list;
    va_start(list, number);
    long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long);
    long d = va_arg(list, long), e = va_arg(list, long), f = va_arg(list, long);
    va_end(list);
    if (number != SYS_ioctl || !ours((int)a)) return REAL(long, "syscall", long, ...)(number, a, b, c, d, e, f);
    pthread_mutex_lock(&lock);
    int error = answer((int)a, (unsigned long)b, (void *)c);
    pthread_mutex_unlock(&lock);
    return error ? (errno = error, -1) : 0;
}

int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = va_arg(list, mode_t);
    va_end(list);
    if (strcmp(path, "/dev/video9")) return REAL(int, "open", const char *, int, ...)(path, flags, mode);
    pthread_mutex_lock(&lock);
    int there = advance() != 'g';
    int fd = there ? REAL(int, "open", const char *, int, ...)("/dev/null", O_RDWR | O_CLOEXEC) : -1;
    if (fd >= 0 && fd < FDS) fds[fd] = plugged;
    pthread_mutex_unlock(&lock);
    if (!there) errno = ENOENT;
    return fd;
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

int close(int fd) {
    pthread_mutex_lock(&lock);
    if (ours(fd)) {
        if (owner == fd) buffer_count = streaming = owner = 0;
        fds[fd] = 0;
    }
    pthread_mutex_unlock(&lock);
    return REAL(int, "close", int)(fd);
}

void *mmap(void *start, size_t length, int protection, int flags, int fd, off_t offset) {
    if (!ours(fd)) return REAL(void *, "mmap", void *, size_t, int, int, int, off_t)(start, length, protection, flags, fd, offset);
    void *memory = REAL(void *, "mmap", void *, size_t, int, int, int, off_t)(NULL, length, protection, flags | MAP_ANONYMOUS, -1, 0);
    pthread_mutex_lock(&lock);
    if (memory != MAP_FAILED) buffers[offset / ROOM % BUFFERS].bytes = memory;
    pthread_mutex_unlock(&lock);
    return memory;
}

void *mmap64(void *start, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap(start, length, protection, flags, fd, offset);
}

int poll(struct pollfd *polled, nfds_t count, int timeout) {
    if (count != 1 || !ours(polled->fd)) return REAL(int, "poll", struct pollfd *, nfds_t, int)(polled, count, timeout);
    for (long began = clock_ms(); timeout < 0 || clock_ms() - began <= timeout; usleep(2000)) {
        pthread_mutex_lock(&lock);
        char kind = advance();
        polled->revents = kind == 'g' || fds[polled->fd] != plugged || !streaming ? POLLERR : due(kind) ? POLLIN : 0;
        pthread_mutex_unlock(&lock);
        if (polled->revents) return 1;
    }
    return 0;
}
