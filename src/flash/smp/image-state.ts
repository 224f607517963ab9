import { z } from 'zod';
import { badAnswer, failureOf } from './smp-errors.js';
import { ImageCommand, OsCommand, type SmpBody, SmpGroup, SmpOp } from './packet.js';
import type { SmpClient } from './smp-client.js';

const slotImage = z.object({
  image: z.number().int().nonnegative().default(0),
  slot: z.number().int().nonnegative(),
  version: z.string(),
  hash: z.instanceof(Uint8Array).optional(),
  bootable: z.boolean().default(false),
  pending: z.boolean().default(false),
  confirmed: z.boolean().default(false),
  active: z.boolean().default(false),
  permanent: z.boolean().default(false),
});

/** What the device says of an image in one of its slots. */
export type SlotImage = z.infer<typeof slotImage>;

const imageList = z.object({ images: z.array(slotImage) });
const parameters = z.object({ buf_size: z.number().int().positive() });

/** @throws LitesnnError SMP_NO_REPLY, SMP_REFUSED, SMP_BAD_REPLY */
export async function listImages(client: SmpClient): Promise<SlotImage[]> {
  const step = 'list of images';
  return parseImages(step, await client.request(stateRequest(SmpOp.read, {}, step)));
}

/** Marks an image to be run once at the next start. */
export function testImage(client: SmpClient, hash: Uint8Array): Promise<SlotImage[]> {
  return setState(client, { hash, confirm: false }, 'test');
}

/** Keeps the running image, or with `hash` that one, for good. */
export function confirmImage(client: SmpClient, hash?: Uint8Array): Promise<SlotImage[]> {
  return setState(client, { ...(hash === undefined ? {} : { hash }), confirm: true }, 'confirm');
}

/**
 * Asks once: a second request after a lost answer would reset a device that is trying a new image, which MCUboot takes for a
 * reason to bring back the old one. False where no answer came: the caller has to look what happened.
 */
export async function resetDevice(client: SmpClient): Promise<boolean> {
  const request = { op: SmpOp.write, group: SmpGroup.os, command: OsCommand.reset, body: {}, step: 'reset' };
  const body = await client.exchange(request, client.limits.replyMs);
  return body !== undefined && failureOf(request.step, body) === undefined;
}

/** One question, no repetition: whether an SMP server is listening at all. */
export async function answers(client: SmpClient): Promise<boolean> {
  const request = stateRequest(SmpOp.read, {}, 'list of images');
  return (await client.exchange(request, client.limits.replyMs)) !== undefined;
}

/** Bytes of the device's packet buffer; undefined where it does not tell. */
export async function bufferBytes(client: SmpClient): Promise<number | undefined> {
  const body = await client.request({
    op: SmpOp.read,
    group: SmpGroup.os,
    command: OsCommand.parameters,
    body: {},
    step: 'parameters',
  });
  return parameters.safeParse(body).data?.buf_size;
}

async function setState(client: SmpClient, body: SmpBody, step: string): Promise<SlotImage[]> {
  const answer = await client.request(stateRequest(SmpOp.write, body, step));
  // Serial recovery answers with a bare rc.
  return answer.images === undefined ? [] : parseImages(step, answer);
}

function stateRequest(op: typeof SmpOp.read | typeof SmpOp.write, body: SmpBody, step: string) {
  return { op, group: SmpGroup.image, command: ImageCommand.state, body, step };
}

function parseImages(step: string, body: SmpBody): SlotImage[] {
  const parsed = imageList.safeParse(body);
  if (!parsed.success) throw badAnswer(step, 'the answer is no list of images');
  return parsed.data.images;
}
