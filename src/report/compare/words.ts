import type { VariantName } from '../../search/compare/variants.js';
import type { Language } from '../words.js';

const english = {
  title: 'Comparison',
  intro:
    'Every network saw the same data and about the same number of training samples. Mean and standard deviation over seeds, on test samples that neither search nor training saw.',
  variants: {
    joint: 'joint search',
    sequential: 'one choice after the other',
    uncompressed: 'not compressed (4 bits, all timesteps)',
    binary: 'binary activations',
    int8: 'int8 artificial network, same topology',
    'int8-equal-size': 'int8 artificial network, same size',
  } satisfies Record<VariantName, string>,
  variant: 'Network',
  accuracy: 'Accuracy',
  accuracyAgainstInstructions: 'Accuracy and instructions',
  seeds: 'Seeds',
  storedWeights: 'Weights, KiB',
  storedBytes: 'Stored with tables, KiB',
  timesteps: 'Timesteps',
  firing: 'Firing',
  bitSynOps: 'Bit-SynOps, M',
  multiplyAccumulates: 'MACs, M',
  instructions: 'Instructions, M',
  howKnown:
    'Weights: bits of kept weights and the entropy of their masks. Instructions of spiking and binary networks: predicted by the planner at the measured firing rates; of artificial ones:',
  artificialBasis: "estimated from CMSIS-NN's measured instructions a multiply-accumulate",
  firingNote: 'Firing of artificial networks is the fraction of activations that are not 0.',
  better: 'Joint search is {points} points better than: {other} (± {deviation}, n = {n}).',
  worse: 'Joint search is {points} points worse than: {other} (± {deviation}, n = {n}).',
  undecided:
    'Joint search and {other} differ by {points} points, which is within the spread (± {deviation}, n = {n}).',
  single: 'Joint search less {other}: {points} points, one seed, so no spread is known.',
  cheaper: 'It takes {percent} % of the instructions of: {other}.',
  dearer: 'Here the {other} is cheaper: the joint network takes {times} times its instructions.',
};

type CompareWords = typeof english;

const japanese: CompareWords = {
  title: '比較',
  intro:
    'どのネットワークも同じデータと、ほぼ同じ数の学習サンプルを使いました。値はシードにわたる平均と標準偏差で、探索にも学習にも使っていないテストサンプルで求めたものです。',
  variants: {
    joint: '同時探索',
    sequential: '順番に決定',
    uncompressed: '圧縮なし(4ビット、全タイムステップ)',
    binary: '二値活性化',
    int8: 'int8人工ニューラルネット(同じ構造)',
    'int8-equal-size': 'int8人工ニューラルネット(同じサイズ)',
  },
  variant: 'ネットワーク',
  accuracy: '正解率',
  accuracyAgainstInstructions: '正解率と命令数',
  seeds: 'シード数',
  storedWeights: '重み(KiB)',
  storedBytes: '表を含む保存サイズ(KiB)',
  timesteps: 'タイムステップ数',
  firing: '発火率',
  bitSynOps: 'Bit-SynOps(百万)',
  multiplyAccumulates: '積和演算(百万)',
  instructions: '命令数(百万)',
  howKnown:
    '重み:残した重みのビット数とマスクのエントロピー。スパイキングと二値のネットワークの命令数は、測定した発火率でのプランナーの予測です。人工ニューラルネットの命令数:',
  artificialBasis: 'CMSIS-NNで測定した積和演算1回あたりの命令数からの見積もり',
  firingNote: '人工ニューラルネットの発火率は、0でない活性値の割合です。',
  better: '同時探索は「{other}」より{points}ポイント高い(±{deviation}、n = {n})。',
  worse: '同時探索は「{other}」より{points}ポイント低い(±{deviation}、n = {n})。',
  undecided: '同時探索と「{other}」の差は{points}ポイントで、ばらつきの範囲内です(±{deviation}、n = {n})。',
  single: '同時探索と「{other}」の差:{points}ポイント(シード1つのため、ばらつきは不明)。',
  cheaper: '命令数は「{other}」の{percent} %です。',
  dearer: 'ここでは「{other}」のほうが安価です:同時探索のネットワークの命令数はその{times}倍です。',
};

export const compareWordsOf: Readonly<Record<Language, CompareWords>> = { en: english, ja: japanese };
export type { CompareWords };
