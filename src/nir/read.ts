import { readHdf5, type HdfGroup, type HdfValue } from './read-hdf5.js';
import { nirError, type NirGraph, type NirNode, type NirTensor } from './graph.js';

type Entries = readonly [name: string, node: NirNode][];

/** Parameters of one node, read leniently: programs differ in what they leave out, and in scalars, lists and spellings. */
class Fields {
  constructor(
    private readonly name: string,
    private readonly group: HdfGroup,
  ) {}

  /** `undefined` where it is missing. */
  tensor(key: string): NirTensor | undefined {
    const value = this.group.get(key);
    if (value === undefined || !('values' in (value as object))) return undefined;
    const tensor = value as NirTensor;
    if (tensor.values.every(Number.isFinite)) return tensor;
    throw nirError('NIR_VALUE', `node "${this.name}": ${key} has a value that is not finite`);
  }

  required(...keys: readonly string[]): NirTensor {
    for (const key of keys) {
      const found = this.tensor(key);
      if (found !== undefined) return found;
    }
    throw nirError('NIR_VALUE', `node "${this.name}": ${keys[0]} is missing`);
  }

  /** One or two whole numbers, rows and columns; of one dimension, the columns. */
  pair(key: string, fallback: number, oneDimensional: boolean): readonly [number, number] {
    const values = [...(this.tensor(key)?.values ?? [fallback])];
    const [first, second] = values.length === 1 ? [values[0], values[0]] : values;
    if (![first, second].every((value) => Number.isInteger(value) && value >= 0)) {
      throw nirError('NIR_VALUE', `node "${this.name}": ${key} is not a whole number`);
    }
    return oneDimensional ? [fallback, first] : [first, second];
  }

  text(key: string): string | undefined {
    const value = this.group.get(key);
    return typeof value === 'string' ? value : undefined;
  }
}

function zeros({ shape, values }: NirTensor): NirTensor {
  return { shape, values: new Float64Array(values.length) };
}

function convNode(fields: Fields, name: string, oneDimensional: boolean): NirNode {
  const weight = fields.required('weight');
  const wanted = oneDimensional ? 3 : 4;
  if (weight.shape.length !== wanted) {
    throw nirError(
      'NIR_VALUE',
      `node "${name}": its weight has ${weight.shape.length} dimensions, not ${wanted}`,
    );
  }
  const [out, inPerGroup, ...kernel] = weight.shape;
  const text = fields.text('padding');
  const size = fields.tensor('input_shape')?.values;
  return {
    type: 'Conv',
    weight: { shape: [out, inPerGroup, ...(oneDimensional ? [1] : []), ...kernel], values: weight.values },
    bias: fields.tensor('bias'),
    stride: fields.pair('stride', 1, oneDimensional),
    dilation: fields.pair('dilation', 1, oneDimensional),
    padding: text === 'same' || text === 'valid' ? text : fields.pair('padding', 0, oneDimensional),
    groups: fields.tensor('groups')?.values[0] ?? 1,
    inputSize:
      size === undefined || size.length === 0
        ? undefined
        : oneDimensional
          ? [1, size[0]]
          : [size[0], size[size.length - 1]],
  };
}

function neuronNode(fields: Fields, type: 'LIF' | 'IF' | 'CubaLIF'): NirNode {
  const vThreshold = fields.required('v_threshold');
  return {
    type,
    tau: type === 'IF' ? undefined : fields.required('tau', 'tau_mem'),
    tauSyn: type === 'CubaLIF' ? fields.required('tau_syn') : undefined,
    wIn: fields.tensor('w_in'),
    r: fields.tensor('r') ?? { shape: [], values: Float64Array.of(1) },
    vLeak: fields.tensor('v_leak'),
    vThreshold,
    // Files of NIR before 1.0.5 have none; then it is 0.
    vReset: fields.tensor('v_reset') ?? zeros(vThreshold),
  };
}

function nodeOf(name: string, group: HdfGroup): NirNode {
  const fields = new Fields(name, group);
  const type = fields.text('type');
  switch (type) {
    case 'Input':
      return { type, shape: [...(fields.tensor('shape')?.values ?? [])] };
    case 'Output':
      return { type };
    case 'Linear':
    case 'Affine':
      return { type: 'Linear', weight: fields.required('weight'), bias: fields.tensor('bias') };
    case 'Conv1d':
    case 'Conv2d':
      return convNode(fields, name, type === 'Conv1d');
    case 'SumPool2d':
    case 'AvgPool2d': {
      const kernel = fields.pair('kernel_size', 1, false);
      const stride = fields.tensor('stride') === undefined ? kernel : fields.pair('stride', 1, false);
      return {
        type: 'Pool',
        average: type === 'AvgPool2d',
        kernel,
        stride,
        padding: fields.pair('padding', 0, false),
      };
    }
    case 'Flatten':
      return { type };
    case 'Scale':
      return { type, scale: fields.required('scale') };
    case 'LIF':
    case 'IF':
    case 'CubaLIF':
      return neuronNode(fields, type);
    default:
      throw nirError(
        'NIR_UNKNOWN_NODE',
        `node "${name}" is of type ${type ?? '?'}, which cannot be imported`,
        'what can: Conv1d, Conv2d, Linear, Affine, LIF, IF, CubaLIF, SumPool2d, AvgPool2d, Flatten, Scale',
      );
  }
}

function isGroup(value: HdfValue | undefined): value is HdfGroup {
  return value instanceof Map;
}

function pairsOf(value: HdfValue | undefined, where: string): [string, string][] {
  if (!Array.isArray(value) || value.length % 2 !== 0 || typeof value[0] !== 'string') {
    throw nirError('NIR_FILE', `${where} has no list of edges`);
  }
  const names = value as readonly string[];
  return Array.from({ length: names.length / 2 }, (_, i) => [names[2 * i], names[2 * i + 1]]);
}

/** The input or output of a sub-graph itself, not of those within it. */
function portOf(graph: NirGraph, type: 'Input' | 'Output'): string {
  const ports = [...graph.nodes].filter(([, node]) => node.type === type).map(([name]) => name);
  const own = ports.sort((a, b) => a.split('.').length - b.split('.').length)[0] as string | undefined;
  if (own !== undefined) return own;
  throw nirError('NIR_GRAPH', `a graph within the network has no ${type}`);
}

/** Inputs and outputs of a sub-graph become nothing: what they joined is joined directly. */
function subGraph(prefix: string, group: HdfGroup, outermost: boolean): NirGraph {
  const listed = group.get('nodes');
  if (!isGroup(listed)) throw nirError('NIR_FILE', `graph "${prefix}" has no nodes`);
  const nodes: Entries[number][] = [];
  let edges = pairsOf(group.get('edges'), `graph "${prefix}"`).map(([from, to]): [string, string] => [
    prefix + from,
    prefix + to,
  ]);
  for (const [name, value] of listed) {
    if (!isGroup(value)) throw nirError('NIR_FILE', `node "${prefix}${name}" is not a group`);
    const full = prefix + name;
    if (value.get('type') === 'NIRGraph') {
      const inner = subGraph(`${full}.`, value, false);
      nodes.push(...inner.nodes);
      edges = [
        ...edges.map(([from, to]): [string, string] => [
          from === full ? portOf(inner, 'Output') : from,
          to === full ? portOf(inner, 'Input') : to,
        ]),
        ...inner.edges.map(([from, to]): [string, string] => [from, to]),
      ];
    } else {
      nodes.push([full, nodeOf(full, value)]);
    }
  }
  const graph: NirGraph = { nodes: new Map(nodes), edges };
  return outermost ? withoutInnerPorts(graph) : graph;
}

/** Ports of sub-graphs carry a prefix; the network's own are those without any. */
function withoutInnerPorts(graph: NirGraph): NirGraph {
  const nodes = new Map(graph.nodes);
  let edges = [...graph.edges];
  for (const [name, { type }] of graph.nodes) {
    if (!name.includes('.') || (type !== 'Input' && type !== 'Output')) continue;
    const before = edges.filter(([, to]) => to === name).map(([from]) => from);
    const after = edges.filter(([from]) => from === name).map(([, to]) => to);
    // A network whose only input or output happens to have a point in its name keeps it.
    if (before.length === 0 || after.length === 0) continue;
    nodes.delete(name);
    edges = edges.filter(([from, to]) => from !== name && to !== name);
    for (const from of before) for (const to of after) edges.push([from, to]);
  }
  return { nodes, edges };
}

function checkEdges({ nodes, edges }: NirGraph): void {
  for (const name of edges.flat()) {
    if (!nodes.has(name)) throw nirError('NIR_GRAPH', `an edge names the node "${name}", which is not there`);
  }
}

/**
 * The network of a NIR file, with sub-graphs resolved.
 * @throws LitesnnError NIR_FILE, NIR_GRAPH, NIR_VALUE, NIR_UNKNOWN_NODE
 */
export async function readNir(path: string): Promise<NirGraph> {
  const root = await readHdf5(path);
  const node = root.get('node');
  if (!isGroup(node)) throw nirError('NIR_FILE', `${path} has no NIR graph (group "node")`);
  const graph = subGraph('', node, true);
  checkEdges(graph);
  return graph;
}
