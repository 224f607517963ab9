/*
 * I2C in software (NXP UM10204, sections 3.1 and 6): a few bytes for a sensor now and then, the same on every part. A clock is never
 * shorter than the target asks for, and as much longer as the device wants, up to a limit.
 */

#include "board.h"
#include "board_config.h"
#include "cortex_m.h"
#include "i2c_lines.h"

/* Half clocks that a device may hold the clock low: 25 ms and more at 100 kHz, the time-out of SMBus. */
#define STRETCH_LIMIT 5000u
/* Clocks that free a device which was interrupted inside a byte it sends (UM10204 3.1.16). */
#define RECOVERY_CLOCKS 9u

static void half_clock(void) { cortex_m_spin(board_clock_hz() / (2u * BOARD_I2C_HZ)); }

/* False when the clock stays low. */
static bool clock_high(void)
{
    i2c_scl_set(true);
    half_clock();
    for (uint32_t wait = 0u; wait < STRETCH_LIMIT; wait++) {
        if (i2c_scl_is_high()) return true;
        half_clock();
    }
    return false;
}

static void clock_low(void)
{
    i2c_scl_set(false);
    half_clock();
}

static bool start(void)
{
    i2c_sda_set(true);
    if (!clock_high() || !i2c_sda_is_high()) return false;
    i2c_sda_set(false);
    half_clock();
    clock_low();
    return true;
}

static void stop(void)
{
    i2c_sda_set(false);
    half_clock();
    (void)clock_high();
    i2c_sda_set(true);
    half_clock();
}

/* A device that was reset from outside inside a transfer may still hold the data line. */
static void recover(void)
{
    i2c_sda_set(true);
    for (uint32_t clock = 0u; clock < RECOVERY_CLOCKS && !i2c_sda_is_high(); clock++) {
        clock_low();
        if (!clock_high()) return;
    }
    clock_low();
    stop();
}

static bool open_bus(void)
{
    if (start()) return true;
    recover();
    return start();
}

static bool send_bit(bool bit)
{
    i2c_sda_set(bit);
    const bool clocked = clock_high();
    clock_low();
    return clocked;
}

static bool receive_bit(bool *bit)
{
    i2c_sda_set(true);
    const bool clocked = clock_high();
    *bit = i2c_sda_is_high();
    clock_low();
    return clocked;
}

/* True when it was acknowledged. */
static bool send_byte(uint8_t byte)
{
    bool refused = true;
    for (uint32_t mask = 0x80u; mask != 0u; mask >>= 1) {
        if (!send_bit((byte & mask) != 0u)) return false;
    }
    return receive_bit(&refused) && !refused;
}

static bool receive_byte(uint8_t *byte, bool more)
{
    uint32_t value = 0u;
    for (uint32_t i = 0u; i < 8u; i++) {
        bool bit = false;
        if (!receive_bit(&bit)) return false;
        value = value << 1 | (bit ? 1u : 0u);
    }
    *byte = (uint8_t)value;
    return send_bit(!more);
}

static bool send_bytes(uint8_t address, const uint8_t *data, size_t length)
{
    if (!send_byte((uint8_t)(address << 1))) return false;
    for (size_t i = 0u; i < length; i++) {
        if (!send_byte(data[i])) return false;
    }
    return true;
}

static bool receive_bytes(uint8_t address, uint8_t *data, size_t length)
{
    if (!start() || !send_byte((uint8_t)(address << 1 | 1u))) return false;
    for (size_t i = 0u; i < length; i++) {
        if (!receive_byte(&data[i], i + 1u < length)) return false;
    }
    return true;
}

bool board_i2c_write(uint8_t address, const uint8_t *data, size_t length)
{
    const bool done = open_bus() && send_bytes(address, data, length);
    stop();
    return done;
}

bool board_i2c_read(uint8_t address, uint8_t register_number, uint8_t *data, size_t length)
{
    const bool done = open_bus() && send_bytes(address, &register_number, 1u) && receive_bytes(address, data, length);
    stop();
    return done;
}
