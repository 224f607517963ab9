#include "frames.h"
#include "board.h"
#include "bytes.h"
#include "cobs.h"
#include "crc16.h"

#define HEADER_BYTES 2u
#define CRC_BYTES 2u
#define BODY_MIN (HEADER_BYTES + CRC_BYTES)
#define BODY_MAX (BODY_MIN + FRAME_PAYLOAD_MAX)
/* One byte of overhead, because a body is shorter than 254 bytes. */
#define ENCODED_MAX (BODY_MAX + 1u)

static uint8_t line[ENCODED_MAX];
static size_t collected;
static bool too_long;
static uint32_t dropped;
static uint8_t next_sequence;

static bool check(size_t length, frame *received)
{
    if (length < BODY_MIN || length > BODY_MAX) return false;
    const size_t covered = length - CRC_BYTES;
    if (crc16(line, covered) != bytes_u16(line + covered)) return false;
    received->type = line[0];
    received->sequence = line[1];
    received->length = (uint8_t)(covered - HEADER_BYTES);
    received->payload = line + HEADER_BYTES;
    return true;
}

bool frame_receive(uint8_t byte, frame *received)
{
    if (byte != 0u) {
        if (collected < ENCODED_MAX) {
            line[collected++] = byte;
        } else {
            too_long = true;
        }
        return false;
    }
    if (collected == 0u) return false;
    const bool right = !too_long && check(cobs_decode(line, collected), received);
    collected = 0u;
    too_long = false;
    if (!right) dropped++;
    return right;
}

uint32_t frame_take_dropped(void)
{
    const uint32_t count = dropped;
    dropped = 0u;
    return count;
}

void frame_send(uint8_t type, const uint8_t *payload, size_t length)
{
    uint8_t body[BODY_MAX];
    uint8_t encoded[ENCODED_MAX + 1u];
    bytes_writer writer = { body };
    bytes_put8(&writer, type);
    bytes_put8(&writer, next_sequence++);
    bytes_put(&writer, payload, length);
    bytes_put16(&writer, crc16(body, HEADER_BYTES + length));
    const size_t size = cobs_encode(body, BODY_MIN + length, encoded);
    encoded[size] = 0u;
    board_uart_write(encoded, size + 1u);
}

void frame_send_delimiter(void)
{
    const uint8_t zero = 0u;
    board_uart_write(&zero, 1u);
}
