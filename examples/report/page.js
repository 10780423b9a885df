/* The page reads without this script: it shows what is under the pointer or the focus, and follows an α through all charts. */
(() => {
  const { steps, models, start } = JSON.parse(document.getElementById('steps').textContent);
  const tip = document.body.appendChild(document.createElement('div'));
  tip.id = 'tip';
  tip.hidden = true;

  // Tips: the browser's own are for pointers only.
  for (const mark of document.querySelectorAll('.mark')) {
    mark.querySelector('title')?.remove();
    const show = () => {
      tip.textContent = mark.getAttribute('aria-label');
      tip.hidden = false;
      const { left, right, top, bottom } = mark.getBoundingClientRect();
      const centre = (left + right) / 2 - tip.offsetWidth / 2;
      tip.style.left = `${Math.max(4, Math.min(innerWidth - tip.offsetWidth - 4, centre))}px`;
      tip.style.top = `${top > tip.offsetHeight + 10 ? top - tip.offsetHeight - 8 : bottom + 8}px`;
    };
    const hide = () => {
      tip.hidden = true;
    };
    for (const event of ['pointerenter', 'focus']) mark.addEventListener(event, show);
    for (const event of ['pointerleave', 'blur']) mark.addEventListener(event, hide);
  }
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') tip.hidden = true;
  });

  const scaleOf = (chart, name) => {
    const [type, ...numbers] = chart.dataset[name].split(' ');
    const through = type === 'log' ? Math.log : Number;
    const [from, to, first, last] = numbers.map(Number);
    const share = (value) => (through(value) - through(from)) / (through(to) - through(from) || 1);
    return { first, last, apply: (value) => first + share(value) * (last - first) };
  };
  const drawIn = (chart, name, attributes) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return chart.appendChild(made);
  };
  const charts = [...document.querySelectorAll('[data-follows]')].map((chart) => {
    const [x, y] = [scaleOf(chart, 'x'), scaleOf(chart, 'y')];
    const isPlane = chart.dataset.follows === 'plane';
    const cursor = isPlane
      ? drawIn(chart, 'circle', { r: 6, fill: 'none', stroke: 'currentColor', 'stroke-width': 2 })
      : drawIn(chart, 'line', { y1: y.first, y2: y.last, stroke: 'currentColor' });
    cursor.setAttribute('pointer-events', 'none');
    return { chart, x, y, isPlane, cursor };
  });

  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  let alpha = start;
  const follow = (wanted) => {
    alpha = Math.max(0, Math.min(1, wanted));
    const step = steps.findLast((candidate) => candidate.alpha <= alpha + 1e-9) ?? steps[0];
    const text = [
      `α = ${Number(alpha.toFixed(4))}`,
      ...(step.accuracy === null ? [] : [`accuracy ${percent(step.accuracy)}`]),
      ...(step.meanCost === null ? [] : [`${step.cost} a query`]),
    ].join(' · ');
    for (const output of document.querySelectorAll('.readout')) output.textContent = text;
    for (const output of document.querySelectorAll('[data-share]')) {
      output.textContent = percent(step.shares[models.indexOf(output.dataset.share)] ?? 0);
    }
    for (const { chart, x, y, isPlane, cursor } of charts) {
      if (isPlane && step.accuracy !== null && step.meanCost !== null) {
        cursor.style.display = alpha === start ? 'none' : '';
        cursor.setAttribute('cx', x.apply(step.meanCost));
        cursor.setAttribute('cy', y.apply(step.accuracy));
      } else if (!isPlane) {
        cursor.setAttribute('x1', x.apply(alpha));
        cursor.setAttribute('x2', x.apply(alpha));
        chart.setAttribute('aria-valuenow', alpha.toFixed(3));
        chart.setAttribute('aria-valuetext', text);
      }
    }
  };

  for (const { chart, x, isPlane } of charts) {
    if (isPlane) continue;
    chart.setAttribute('role', 'slider');
    chart.setAttribute('tabindex', '0');
    chart.setAttribute('aria-valuemin', '0');
    chart.setAttribute('aria-valuemax', '1');
    const move = (event) => {
      const { left, width } = chart.getBoundingClientRect();
      const at = ((event.clientX - left) / width) * chart.viewBox.baseVal.width;
      follow(Math.round((1000 * (at - x.first)) / (x.last - x.first)) / 1000);
    };
    chart.addEventListener('pointermove', move);
    chart.addEventListener('pointerdown', move);
    chart.addEventListener('keydown', (event) => {
      const by = { ArrowRight: 0.01, ArrowUp: 0.01, ArrowLeft: -0.01, ArrowDown: -0.01, PageUp: 0.1, PageDown: -0.1 }[
        event.key
      ];
      const to = { Home: 0, End: 1 }[event.key];
      if (by === undefined && to === undefined) return;
      event.preventDefault();
      follow(to ?? Math.round(1000 * (alpha + by)) / 1000);
    });
  }
  follow(start);
})();
