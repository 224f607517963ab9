import type { VariantName } from '../../search/compare/variants.js';
import type { Language } from '../words.js';

const english = {
  title: 'Comparison',
  intro:
    'Every network saw the same data and about the same number of training samples. Mean and standard deviation over seeds, on test samples that neither search nor training saw.',
  variants: {
    joint: 'joint search',
    sequential: 'sequential choices',
    uncompressed: 'not compressed',
    binary: 'binary activations',
    int8: 'int8 network, same topology',
    'int8-equal-size': 'int8 network, same size',
  } satisfies Record<VariantName, string>,
  variant: 'Network',
  accuracy: 'Accuracy',
  accuracyAgainstInstructions: 'Accuracy and instructions',
  seeds: 'Seeds',
  storedWeights: 'Weights, KiB',
  storedBytes: 'With tables, KiB',
  timesteps: 'Timesteps',
  firing: 'Firing',
  bitSynOps: 'Bit-SynOps, M',
  multiplyAccumulates: 'MACs, M',
  instructions: 'Instructions, M',
  howKnown:
    'Weights: bits of kept weights and the entropy of their masks. Instructions of spiking and binary networks: predicted by the planner at the measured firing rates; of artificial ones:',
  artificialBasis: "estimated from CMSIS-NN's measured instructions a multiply-accumulate",
  variantsNote:
    'Not compressed: 4 bits, nothing pruned, all timesteps. Int8 networks are artificial ones (ReLU) with 8-bit weights and activations.',
  firingNote: 'Firing of artificial networks is the fraction of activations that are not 0.',
  better: 'Joint search against {other}: {points} points better (± {deviation}, n = {n}), {cost}',
  worse: 'Joint search against {other}: {points} points worse (± {deviation}, n = {n}), {cost}',
  undecided:
    'Joint search against {other}: {points} points apart, within the spread (± {deviation}, n = {n}), {cost}',
  single: 'Joint search against {other}: {points} points (one seed, no spread is known), {cost}',
  cheaper: '{percent} % of the instructions.',
  dearer: '{times} times the instructions.',
  artificialCheaper: '{times} times the instructions: the artificial network is cheaper here.',
};

type CompareWords = typeof english;

const japanese: CompareWords = {
  title: '比較',
  intro:
    'どのネットワークも同じデータと、ほぼ同じ数の学習サンプルを使いました。値はシードにわたる平均と標準偏差で、探索にも学習にも使っていないテストサンプルで求めたものです。',
  variants: {
    joint: '同時探索',
    sequential: '順番に決定',
    uncompressed: '圧縮なし',
    binary: '二値活性化',
    int8: 'int8ネットワーク(同じ構造)',
    'int8-equal-size': 'int8ネットワーク(同じサイズ)',
  },
  variant: 'ネットワーク',
  accuracy: '正解率',
  accuracyAgainstInstructions: '正解率と命令数',
  seeds: 'シード数',
  storedWeights: '重み(KiB)',
  storedBytes: '表を含む(KiB)',
  timesteps: 'タイムステップ数',
  firing: '発火率',
  bitSynOps: 'Bit-SynOps(百万)',
  multiplyAccumulates: '積和演算(百万)',
  instructions: '命令数(百万)',
  howKnown:
    '重み:残した重みのビット数とマスクのエントロピー。スパイキングと二値のネットワークの命令数は、測定した発火率でのプランナーの予測です。人工ニューラルネットの命令数:',
  artificialBasis: 'CMSIS-NNで測定した積和演算1回あたりの命令数からの見積もり',
  variantsNote:
    '圧縮なし:4ビット、枝刈りなし、全タイムステップ。int8ネットワークは8ビットの重みと活性値を持つ人工ニューラルネット(ReLU)です。',
  firingNote: '人工ニューラルネットの発火率は、0でない活性値の割合です。',
  better: '同時探索と「{other}」:{points}ポイント高い(±{deviation}、n = {n})、{cost}',
  worse: '同時探索と「{other}」:{points}ポイント低い(±{deviation}、n = {n})、{cost}',
  undecided: '同時探索と「{other}」:差は{points}ポイントでばらつきの範囲内(±{deviation}、n = {n})、{cost}',
  single: '同時探索と「{other}」:{points}ポイント(シード1つのため、ばらつきは不明)、{cost}',
  cheaper: '命令数は{percent} %。',
  dearer: '命令数は{times}倍。',
  artificialCheaper: '命令数は{times}倍:ここでは人工ニューラルネットのほうが安価です。',
};

export const compareWordsOf: Readonly<Record<Language, CompareWords>> = { en: english, ja: japanese };
export type { CompareWords };
