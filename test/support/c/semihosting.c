/*
 * Start-up for an Arm Cortex-M3/M4/M7 of QEMU's MPS2 boards that runs a batch and writes the record to the file record.bin of
 * the host by semihosting (Arm, "Semihosting for AArch32 and AArch64": SYS_OPEN 01, SYS_CLOSE 02, SYS_WRITE 05, SYS_EXIT 18).
 */
#include "batch.h"

#define SYS_OPEN 0x01
#define SYS_CLOSE 0x02
#define SYS_WRITE 0x05
#define SYS_EXIT 0x18
#define MODE_WRITE_BINARY 5
#define REASON_EXIT 0x20026
#define REASON_ERROR 0x20023

static int32_t record = -1;

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

void batch_write(const void *data, size_t length)
{
    const uint32_t parameters[3] = {(uint32_t)record, (uint32_t)data, (uint32_t)length};
    /* SYS_WRITE returns how many bytes were not written. */
    if (length > 0 && semihosting(SYS_WRITE, parameters) != 0) {
        stop(REASON_ERROR);
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
    batch_run();
    const uint32_t close[1] = {(uint32_t)record};
    stop(semihosting(SYS_CLOSE, close) == 0 ? REASON_EXIT : REASON_ERROR);
}

extern uint32_t stack_top;

typedef void (*handler)(void);

/* Initial stack pointer, reset, NMI and the faults; a batch has no interrupts. */
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    handler handlers[15];
} vectors = {&stack_top, {reset, fault, fault, fault, fault, fault}};
