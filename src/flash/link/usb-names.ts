/** What is behind a USB id: `vendor:product`, four lower-case hexadecimal digits each. From the Linux USB ID repository and the makers' pages. */
const NAMES: Readonly<Record<string, string | undefined>> = {
  '0483:3748': 'ST-LINK/V2 (no serial port)',
  '0483:374b': 'ST-LINK/V2-1 of a Nucleo or Discovery board',
  '0483:3752': 'ST-LINK/V2-1',
  '0483:374e': 'ST-LINK/V3E of a Nucleo board',
  '0483:374f': 'ST-LINK/V3',
  '0483:3753': 'ST-LINK/V3, two serial ports',
  '0483:3754': 'ST-LINK/V3PWR',
  '0483:5740': 'STM32 virtual serial port',
  '1366:0105': 'SEGGER J-Link',
  '1366:1015': 'SEGGER J-Link of a Nordic development kit',
  '1366:1051': 'SEGGER J-Link of a Nordic development kit',
  '1366:1061': 'SEGGER J-Link of a Nordic development kit',
  '0d28:0204': 'DAPLink (micro:bit and others)',
  '2e8a:0005': 'Raspberry Pi Pico with MicroPython',
  '2e8a:000a': 'Raspberry Pi Pico, serial port of its firmware',
  '2e8a:000c': 'Raspberry Pi Debug Probe',
  '0403:6001': 'FTDI FT232R adapter',
  '0403:6010': 'FTDI FT2232 adapter',
  '0403:6011': 'FTDI FT4232 adapter',
  '0403:6014': 'FTDI FT232H adapter',
  '0403:6015': 'FTDI FT-X adapter',
  '10c4:ea60': 'Silicon Labs CP210x adapter',
  '10c4:ea70': 'Silicon Labs CP2105 adapter',
  '1a86:7523': 'WCH CH340 adapter',
  '1a86:55d4': 'WCH CH9102 adapter',
  '067b:2303': 'Prolific PL2303 adapter',
  '1915:c00a': 'Nordic Power Profiler Kit II',
};

export function usbName(vendor: string | undefined, product: string | undefined): string | undefined {
  return vendor === undefined || product === undefined ? undefined : NAMES[`${vendor}:${product}`];
}
