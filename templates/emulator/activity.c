/*
 * QEMU plugin that tells what the emulated core really did: instructions by class and data read from flash, in slices. It writes lines to
 * QEMU's log, where the device models write theirs (marker pin, SysTick): one file, one order.
 *
 *   LS <instructions> <alu> <load> <store> <multiply> <branch> <other> <flash reads>
 *
 * A slice ends where the marker's register is written, so that it lies within an inference or outside. Arguments:
 * slice=<instructions>, flash=<first address>, end=<address after the last>, marker=<address of its register>.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of QEMU's plugin interface, version 1 (docs/devel/tcg-plugins.rst), what is used here. */
typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
typedef struct qemu_info_t qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_R = 1, QEMU_PLUGIN_MEM_W = 2 };
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, void (*callback)(qemu_plugin_id_t, struct qemu_plugin_tb *));
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block, void (*callback)(unsigned int, void *),
                                                 enum qemu_plugin_cb_flags flags, void *user);
extern void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction,
                                             void (*callback)(unsigned int, qemu_plugin_meminfo_t, uint64_t, void *),
                                             enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw, void *user);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
extern const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);
extern size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction);
extern void qemu_plugin_outs(const char *text);

/* Named by the interface: the version that this plugin is for, and where QEMU starts it. */
int qemu_plugin_version = 1;
int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv);

typedef enum { ALU, LOAD, STORE, MULTIPLY, BRANCH, OTHER, CLASSES } instruction_class;

typedef struct {
    uint32_t instructions;
    uint32_t of[CLASSES];
} class_counts;

static class_counts now;
static uint32_t flash_reads;
static uint64_t flash_first;
static uint64_t flash_end;
static uint64_t marker;
static uint32_t slice = 1000;

/* Arm v7-M Architecture Reference Manual (DDI 0403), A5.2: 16-bit Thumb instructions. */
static instruction_class class_of_short(unsigned code)
{
    const unsigned top = code >> 10;
    if (top < 0x10u) return ALU;
    if (top == 0x10u) return ((code >> 6) & 0xFu) == 0xDu ? MULTIPLY : ALU;
    if (top == 0x11u) return ((code >> 8) & 3u) == 3u ? BRANCH : ALU;
    if (top < 0x14u) return LOAD; /* LDR literal */
    if (top < 0x18u) return ((code >> 9) & 7u) >= 3u ? LOAD : STORE;
    if (top < 0x28u) return (code >> 11) & 1u ? LOAD : STORE;
    if (top < 0x2Cu) return ALU;
    if (top < 0x30u) {
        if ((code & 0xF500u) == 0xB100u) return BRANCH; /* CBZ, CBNZ */
        if ((code & 0xFE00u) == 0xB400u) return STORE;  /* PUSH */
        return (code & 0xFE00u) == 0xBC00u ? LOAD : ALU;
    }
    if (top < 0x34u) return (code >> 11) & 1u ? LOAD : STORE; /* LDM, STM */
    return BRANCH;
}

/* The same, A5.3: 32-bit instructions. */
static instruction_class class_of_long(unsigned first, unsigned second)
{
    const unsigned group = (first >> 11) & 3u;
    const unsigned code = (first >> 4) & 0x7Fu;
    if (code & 0x40u && group != 2u) return OTHER; /* coprocessor, floating point, vector */
    if (group == 1u) {
        if (code & 0x20u) return ALU;
        if ((code & 0x6Fu) == 0x0Du && (second & 0xE0u) == 0u) return BRANCH; /* TBB, TBH */
        return code & 1u ? LOAD : STORE;
    }
    if (group == 2u) return second & 0x8000u ? BRANCH : ALU;
    if ((code & 0x71u) == 0u) return STORE;
    if ((code & 0x60u) == 0u) return LOAD;
    return (code & 0x70u) == 0x30u ? MULTIPLY : ALU;
}

static instruction_class class_of(const struct qemu_plugin_insn *instruction)
{
    const uint8_t *bytes = qemu_plugin_insn_data(instruction);
    const unsigned first = bytes[0] | ((unsigned)bytes[1] << 8);
    if (qemu_plugin_insn_size(instruction) == 2u) return class_of_short(first);
    return class_of_long(first, bytes[2] | ((unsigned)bytes[3] << 8));
}

static void tell(void)
{
    char line[128];
    snprintf(line, sizeof line, "LS %u %u %u %u %u %u %u %u\n", now.instructions, now.of[ALU], now.of[LOAD], now.of[STORE],
             now.of[MULTIPLY], now.of[BRANCH], now.of[OTHER], flash_reads);
    qemu_plugin_outs(line);
    memset(&now, 0, sizeof now);
    flash_reads = 0;
}

static void on_block(unsigned int core, void *user)
{
    (void)core;
    const class_counts *block = user;
    now.instructions += block->instructions;
    for (unsigned i = 0; i < CLASSES; i++) now.of[i] += block->of[i];
    if (now.instructions >= slice) tell();
}

static void on_load(unsigned int core, qemu_plugin_meminfo_t info, uint64_t address, void *user)
{
    (void)core;
    (void)info;
    (void)user;
    if (address >= flash_first && address < flash_end) flash_reads++;
}

static void on_store(unsigned int core, qemu_plugin_meminfo_t info, uint64_t address, void *user)
{
    (void)core;
    (void)info;
    (void)user;
    if (address == marker) tell();
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    /* Lives as long as the translated block, which is as long as the emulator. */
    class_counts *counts = calloc(1, sizeof *counts);
    if (counts == 0) abort();
    counts->instructions = (uint32_t)qemu_plugin_tb_n_insns(block);
    for (uint32_t i = 0; i < counts->instructions; i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        const instruction_class kind = class_of(instruction);
        counts->of[kind]++;
        if (kind == LOAD) qemu_plugin_register_vcpu_mem_cb(instruction, on_load, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_R, 0);
        if (kind == STORE) qemu_plugin_register_vcpu_mem_cb(instruction, on_store, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_W, 0);
    }
    qemu_plugin_register_vcpu_tb_exec_cb(block, on_block, QEMU_PLUGIN_CB_NO_REGS, counts);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "slice=", 6) == 0) slice = (uint32_t)strtoul(argv[i] + 6, 0, 0);
        if (strncmp(argv[i], "flash=", 6) == 0) flash_first = strtoull(argv[i] + 6, 0, 0);
        if (strncmp(argv[i], "marker=", 7) == 0) marker = strtoull(argv[i] + 7, 0, 0);
        if (strncmp(argv[i], "end=", 4) == 0) flash_end = strtoull(argv[i] + 4, 0, 0);
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    return 0;
}
