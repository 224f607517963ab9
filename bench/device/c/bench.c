/*
 * Start-up for a Cortex-M of QEMU's MPS2 boards, without bootloader or drivers. The record goes to the file record.bin of the host by
 * semihosting (Arm, "Semihosting for AArch32 and AArch64": SYS_OPEN 01, SYS_CLOSE 02, SYS_WRITE 05, SYS_EXIT 18).
 */
#include "bench.h"

#define SYS_OPEN 0x01
#define SYS_CLOSE 0x02
#define SYS_WRITE 0x05
#define SYS_EXIT 0x18
#define MODE_WRITE_BINARY 5
#define REASON_EXIT 0x20026
#define REASON_ERROR 0x20023

/* Below the deepest stack of anything that runs here. */
#define PAINTED_BYTES 16384u
#define PATTERN 0xA5A5A5A5u

/* CMSDK timer (Arm DDI 0479, "APB timer"): CTRL 00, VALUE 04, RELOAD 08; it counts down. */
static volatile uint32_t *const timer = (volatile uint32_t *)BENCH_TIMER;
static int32_t record = -1;
static uint32_t begin;
static uint32_t *painted_from;
static uint32_t *painted_to;

static int32_t semihosting(uint32_t operation, const void *parameter)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = parameter;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return (int32_t)r0;
}

static void stop(uint32_t reason)
{
    for (;;) {
        (void)semihosting(SYS_EXIT, (const void *)reason);
    }
}

void bench_write_word(uint32_t word)
{
    const uint32_t parameters[3] = {(uint32_t)record, (uint32_t)&word, sizeof word};
    /* SYS_WRITE returns how many bytes were not written. */
    if (semihosting(SYS_WRITE, parameters) != 0) {
        stop(REASON_ERROR);
    }
}

uint32_t bench_now(void)
{
    return timer[1];
}

void bench_paint_stack(void)
{
    uint32_t *top;
    __asm__ volatile("mov %0, sp" : "=r"(top));
    painted_to = top;
    painted_from = top - PAINTED_BYTES / 4;
    /* Volatile: as a call of memset, which the compiler would make of it, it would paint over its own frame. */
    for (volatile uint32_t *word = painted_from; word != painted_to; word++) {
        *word = PATTERN;
    }
}

uint32_t bench_stack_used(void)
{
    const uint32_t *word = painted_from;
    while (word != painted_to && *word == PATTERN) {
        word++;
    }
    return (uint32_t)(painted_to - word) * 4;
}

void bench_trace(void *user, const litesnn_trace *event)
{
    static uint32_t ticks;
    (void)user;
    switch (event->phase) {
    case LITESNN_TRACE_BEGIN:
        begin = timer[1];
        break;
    case LITESNN_TRACE_END:
        ticks = begin - timer[1];
        break;
    case LITESNN_TRACE_COUNTS:
        bench_write_word(ticks);
        bench_write_word(event->spikes_in);
        bench_write_word(event->spikes_out);
        break;
    }
}

static void fault(void)
{
    stop(REASON_ERROR);
}

void reset(void);

void reset(void)
{
    static const char name[] = "record.bin";
    const uint32_t open[3] = {(uint32_t)name, MODE_WRITE_BINARY, sizeof name - 1};
    record = semihosting(SYS_OPEN, open);
    if (record < 0) {
        stop(REASON_ERROR);
    }
    timer[2] = 0xFFFFFFFFu;
    timer[1] = 0xFFFFFFFFu;
    timer[0] = 1;
    bench_run();
    const uint32_t close[1] = {(uint32_t)record};
    stop(semihosting(SYS_CLOSE, close) == 0 ? REASON_EXIT : REASON_ERROR);
}

extern uint32_t stack_top;

typedef void (*handler)(void);

/* Initial stack pointer, reset, NMI and the faults; there are no interrupts. */
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    handler handlers[15];
} vectors = {&stack_top, {reset, fault, fault, fault, fault, fault}};
