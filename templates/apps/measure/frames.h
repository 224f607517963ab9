#ifndef FRAMES_H
#define FRAMES_H

/* Frames of the device protocol: COBS(type, sequence, payload, CRC), then a zero. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_PAYLOAD_MAX 246u

typedef struct {
    uint8_t type;
    uint8_t sequence;
    uint8_t length;
    const uint8_t *payload;
} frame;

/*
 * Takes one byte off the line. True when it completed a right frame, which stays valid until the next call. Frames that are
 * too short, too long or damaged are dropped and counted.
 */
bool frame_receive(uint8_t byte, frame *received);

/* Frames dropped since the last call. */
uint32_t frame_take_dropped(void);

/* Numbers the frame and sends it; `length` is at most FRAME_PAYLOAD_MAX. */
void frame_send(uint8_t type, const uint8_t *payload, size_t length);

/* Ends whatever a receiver has collected of the line. */
void frame_send_delimiter(void);

#endif
