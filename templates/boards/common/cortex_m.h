#ifndef CORTEX_M_H
#define CORTEX_M_H

/* Registers that all Cortex-M cores have at one place (Arm v6-M, v7-M, v8-M reference manuals, "System Control Space"). */

#include <stdint.h>

typedef struct {
    volatile uint32_t control; /* SYST_CSR */
    volatile uint32_t reload;  /* SYST_RVR, 24 bits */
    volatile uint32_t value;   /* SYST_CVR */
} cortex_m_systick;

#define CORTEX_M_SYSTICK ((cortex_m_systick *)0xE000E010u)
#define SYSTICK_ENABLE 1u
#define SYSTICK_INTERRUPT 2u
#define SYSTICK_CORE_CLOCK 4u
#define SYSTICK_LONGEST 0x00FFFFFFu

#define NVIC_WORDS 16u
#define NVIC_SET_ENABLE ((volatile uint32_t *)0xE000E100u)
#define NVIC_CLEAR_ENABLE ((volatile uint32_t *)0xE000E180u)
#define NVIC_CLEAR_PENDING ((volatile uint32_t *)0xE000E280u)

#define SCB_ICSR (*(volatile uint32_t *)0xE000ED04u)
#define SCB_ICSR_CLEAR_TICK (1u << 25)
#define SCB_ICSR_TICK_PENDING (1u << 26)
#define SCB_VTOR (*(volatile uint32_t *)0xE000ED08u)
#define SCB_AIRCR (*(volatile uint32_t *)0xE000ED0Cu)
/* Write key 05FA, SYSRESETREQ. */
#define SCB_AIRCR_RESET 0x05FA0004u

/* Not on Armv6-M. */
#define DEMCR (*(volatile uint32_t *)0xE000EDFCu)
#define DEMCR_TRACE_ENABLE (1u << 24)
#define DWT_CONTROL (*(volatile uint32_t *)0xE0001000u)
#define DWT_CONTROL_CYCLE_COUNT 1u
#define DWT_CYCLE_COUNT (*(volatile uint32_t *)0xE0001004u)
#define DWT_LOCK_ACCESS (*(volatile uint32_t *)0xE0001FB0u)
#define DWT_UNLOCK 0xC5ACCE55u

static inline void cortex_m_interrupts_off(void) { __asm volatile("cpsid i" ::: "memory"); }
/* The barrier lets a pending interrupt in here, and not only after the next instruction has turned them off again. */
static inline void cortex_m_interrupts_on(void) { __asm volatile("cpsie i\n isb" ::: "memory"); }
/* Wakes on a pending interrupt even while interrupts are off. */
static inline void cortex_m_wait_for_interrupt(void) { __asm volatile("dsb\n wfi" ::: "memory"); }
static inline void cortex_m_barrier(void) { __asm volatile("dsb\n isb" ::: "memory"); }

/* At least so many core clocks, none where it is 0. Two to four times as many on most cores: for times that must not be shorter. */
static inline void cortex_m_spin(uint32_t clocks)
{
    if (clocks == 0u) return;
    __asm volatile(".syntax unified\n1: subs %0, #1\n bne 1b" : "+l"(clocks) : : "cc");
}

static inline uintptr_t cortex_m_stack_pointer(void)
{
    uintptr_t pointer;
    __asm volatile("mov %0, sp" : "=r"(pointer));
    return pointer;
}

static inline void cortex_m_interrupt_enable(uint32_t number) { NVIC_SET_ENABLE[number >> 5] = 1u << (number & 31u); }

#endif
