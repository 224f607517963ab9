#include "reports.h"
#include <string.h>
#include "about.h"
#include "board.h"
#include "build_id.h"
#include "bytes.h"

/* 20 bytes before the logits of a result, 4 bytes each. */
#define LOGITS_PER_FRAME 56u

static size_t length_of(const bytes_writer *writer, const uint8_t *start) { return (size_t)(writer->at - start); }

static void put_text(bytes_writer *writer, const char *text)
{
    const size_t length = strlen(text);
    bytes_put8(writer, (uint32_t)length);
    bytes_put(writer, (const uint8_t *)text, length);
}

void report_hello(void)
{
    uint8_t payload[FRAME_PAYLOAD_MAX];
    bytes_writer writer = { payload };
    bytes_put8(&writer, PROTOCOL_VERSION);
    bytes_put8(&writer, ABOUT_FLAGS | (board_is_emulated() ? HELLO_EMULATED : 0u));
    bytes_put16(&writer, FRAME_PAYLOAD_MAX);
    bytes_put32(&writer, board_clock_hz());
    bytes_put32(&writer, board_counter_hz());
    bytes_put(&writer, litesnn_model_hash, sizeof litesnn_model_hash);
    bytes_put(&writer, litesnn_build_id, sizeof litesnn_build_id);
    bytes_put32(&writer, LITESNN_INPUT_BYTES);
    bytes_put16(&writer, LITESNN_CLASSES);
    bytes_put8(&writer, LITESNN_TIMESTEPS);
    bytes_put16(&writer, LITESNN_LAYERS);
    put_text(&writer, ABOUT_TARGET);
    put_text(&writer, ABOUT_TOOL_VERSION);
    put_text(&writer, ABOUT_APPLICATION);
    frame_send(REPORT_HELLO, payload, length_of(&writer, payload));
}

void report_ack(const frame *command, uint32_t next)
{
    uint8_t payload[6];
    bytes_writer writer = { payload };
    bytes_put8(&writer, command->type);
    bytes_put8(&writer, command->sequence);
    bytes_put32(&writer, next);
    frame_send(REPORT_ACK, payload, sizeof payload);
}

static const char *error_text(protocol_error code)
{
    switch (code) {
        case ERROR_UNKNOWN_COMMAND: return "unknown command";
        case ERROR_MALFORMED: return "malformed payload";
        case ERROR_OFFSET: return "offset outside the input";
        case ERROR_INPUT_INCOMPLETE: return "input incomplete";
        case ERROR_NO_REPEATS: return "repeat is 0";
        case ERROR_NONE: break;
    }
    return "";
}

void report_error(const frame *command, protocol_error code)
{
    uint8_t payload[64];
    bytes_writer writer = { payload };
    const char *text = error_text(code);
    bytes_put8(&writer, command->type);
    bytes_put8(&writer, command->sequence);
    bytes_put16(&writer, (uint32_t)code);
    bytes_put(&writer, (const uint8_t *)text, strlen(text));
    frame_send(REPORT_ERROR, payload, length_of(&writer, payload));
}

void report_result(uint32_t sample, const litesnn_result *result, uint64_t ticks)
{
    uint8_t payload[FRAME_PAYLOAD_MAX];
    for (uint32_t first = 0u; first < LITESNN_CLASSES; first += LOGITS_PER_FRAME) {
        const uint32_t left = LITESNN_CLASSES - first;
        const uint32_t count = left < LOGITS_PER_FRAME ? left : LOGITS_PER_FRAME;
        bytes_writer writer = { payload };
        bytes_put32(&writer, sample);
        bytes_put16(&writer, result->class_index);
        bytes_put8(&writer, result->timesteps);
        bytes_put8(&writer, 0u);
        bytes_put64(&writer, ticks);
        bytes_put16(&writer, first);
        bytes_put16(&writer, count);
        for (uint32_t i = 0u; i < count; i++) bytes_put32(&writer, (uint32_t)result->logits[first + i]);
        frame_send(REPORT_RESULT, payload, length_of(&writer, payload));
    }
}

void report_layer(uint32_t sample, const layer_report *layer)
{
    uint8_t payload[18];
    bytes_writer writer = { payload };
    bytes_put32(&writer, sample);
    bytes_put16(&writer, layer->layer);
    bytes_put32(&writer, layer->ticks);
    bytes_put32(&writer, layer->spikes_in);
    bytes_put32(&writer, layer->spikes_out);
    frame_send(REPORT_TRACE, payload, sizeof payload);
}

void report_memory(void)
{
    uint8_t payload[12];
    bytes_writer writer = { payload };
    bytes_put32(&writer, board_stack_reserved());
    bytes_put32(&writer, board_stack_used());
    bytes_put32(&writer, (uint32_t)sizeof(litesnn_context));
    frame_send(REPORT_MEMORY, payload, sizeof payload);
}

static void put_decimal(bytes_writer *writer, uint32_t value)
{
    uint8_t digits[10];
    size_t count = 0u;
    do {
        digits[count++] = (uint8_t)('0' + value % 10u);
        value /= 10u;
    } while (value != 0u);
    while (count > 0u) bytes_put8(writer, digits[--count]);
}

void report_losses(void)
{
    static uint32_t bytes_told;
    const uint32_t bytes = board_uart_lost() - bytes_told;
    const uint32_t frames = frame_take_dropped();
    if (bytes == 0u && frames == 0u) return;
    static const char frames_text[] = " damaged frames dropped, ";
    static const char bytes_text[] = " bytes lost";
    uint8_t payload[64];
    bytes_writer writer = { payload };
    put_decimal(&writer, frames);
    bytes_put(&writer, (const uint8_t *)frames_text, sizeof frames_text - 1u);
    put_decimal(&writer, bytes);
    bytes_put(&writer, (const uint8_t *)bytes_text, sizeof bytes_text - 1u);
    bytes_told += bytes;
    frame_send(REPORT_LOG, payload, length_of(&writer, payload));
}
