#ifndef PROTOCOL_H
#define PROTOCOL_H

/* Numbers of docs/device-protocol.md. */

#define PROTOCOL_VERSION 1u

/* To the device. */
#define COMMAND_HELLO 0x81u
#define COMMAND_LOAD 0x82u
#define COMMAND_INFER 0x83u
#define COMMAND_TRACE 0x84u
#define COMMAND_MARKER 0x85u
#define COMMAND_RESET 0x86u
#define COMMAND_SLEEP 0x87u
#define COMMAND_MEMORY 0x88u

/* To the host. */
#define REPORT_HELLO 0x01u
#define REPORT_RESULT 0x02u
#define REPORT_TRACE 0x03u
#define REPORT_LOG 0x05u
#define REPORT_ERROR 0x06u
#define REPORT_ACK 0x07u
#define REPORT_MEMORY 0x08u

#define HELLO_COUNTS_INSTRUCTIONS 1u
#define HELLO_EMULATED 2u

typedef enum {
    ERROR_NONE = 0,
    ERROR_UNKNOWN_COMMAND = 1,
    ERROR_MALFORMED = 2,
    ERROR_OFFSET = 3,
    ERROR_INPUT_INCOMPLETE = 4,
    ERROR_NO_REPEATS = 5
} protocol_error;

#endif
