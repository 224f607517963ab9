import * as echarts from 'echarts';

const WIDTH = 560;
const HEIGHT = 300;
export const INK = '#1f2933';
export const MAIN = '#2563eb';
export const SECOND = '#d97706';

/** A chart as inline SVG. */
export function draw(option: echarts.EChartsCoreOption, height = HEIGHT): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    textStyle: { color: INK },
    grid: { left: 64, right: 24, top: 36, bottom: 48 },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
