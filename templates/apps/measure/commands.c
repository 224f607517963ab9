#include "commands.h"
#include "board.h"
#include "bytes.h"
#include "inference.h"
#include "input.h"
#include "reports.h"

#define LOAD_HEADER_BYTES 8u

static protocol_error run_hello(const frame *command)
{
    if (command->length != 0u) return ERROR_MALFORMED;
    inference_cancel();
    inference_set_trace(false);
    input_forget();
    report_ack(command, 0u);
    report_hello();
    report_losses();
    return ERROR_NONE;
}

static protocol_error run_load(const frame *command)
{
    if (command->length <= LOAD_HEADER_BYTES) return ERROR_MALFORMED;
    const uint32_t offset = bytes_u32(command->payload + 4);
    const uint32_t length = command->length - LOAD_HEADER_BYTES;
    if (!input_store(offset, command->payload + LOAD_HEADER_BYTES, length)) return ERROR_OFFSET;
    report_ack(command, offset + length);
    return ERROR_NONE;
}

static protocol_error run_infer(const frame *command)
{
    if (command->length != 6u) return ERROR_MALFORMED;
    const uint32_t repeat = bytes_u16(command->payload + 4);
    if (repeat == 0u) return ERROR_NO_REPEATS;
    if (!input_is_complete()) return ERROR_INPUT_INCOMPLETE;
    inference_order(bytes_u32(command->payload), repeat);
    report_ack(command, 0u);
    return ERROR_NONE;
}

static protocol_error run_trace(const frame *command)
{
    if (command->length != 1u || command->payload[0] > 1u) return ERROR_MALFORMED;
    inference_set_trace(command->payload[0] == 1u);
    report_ack(command, 0u);
    return ERROR_NONE;
}

static protocol_error run_marker(const frame *command)
{
    if (command->length != 1u) return ERROR_MALFORMED;
    for (uint32_t pulse = 0u; pulse < command->payload[0]; pulse++) {
        board_marker_set(true);
        board_sleep_ms(1u);
        board_marker_set(false);
        board_sleep_ms(1u);
    }
    report_ack(command, 0u);
    return ERROR_NONE;
}

static protocol_error run_reset(const frame *command)
{
    if (command->length != 0u) return ERROR_MALFORMED;
    report_ack(command, 0u);
    board_uart_drain();
    board_reset();
}

static protocol_error run_sleep(const frame *command)
{
    if (command->length != 4u) return ERROR_MALFORMED;
    report_ack(command, 0u);
    board_uart_drain();
    board_sleep_ms(bytes_u32(command->payload));
    report_ack(command, 0u);
    return ERROR_NONE;
}

static protocol_error run_memory(const frame *command)
{
    if (command->length != 0u) return ERROR_MALFORMED;
    report_ack(command, 0u);
    report_memory();
    return ERROR_NONE;
}

static protocol_error run(const frame *command)
{
    switch (command->type) {
        case COMMAND_HELLO: return run_hello(command);
        case COMMAND_LOAD: return run_load(command);
        case COMMAND_INFER: return run_infer(command);
        case COMMAND_TRACE: return run_trace(command);
        case COMMAND_MARKER: return run_marker(command);
        case COMMAND_RESET: return run_reset(command);
        case COMMAND_SLEEP: return run_sleep(command);
        case COMMAND_MEMORY: return run_memory(command);
        default: return ERROR_UNKNOWN_COMMAND;
    }
}

void command_run(const frame *command)
{
    const protocol_error error = run(command);
    if (error != ERROR_NONE) report_error(command, error);
}
