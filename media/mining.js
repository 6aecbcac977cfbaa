// The page of text mining: shows what the extension sends, sends back what was pressed.
(() => {
  const editor = acquireVsCodeApi();
  const element = (id) => document.getElementById(id);
  const send = (action, more) => editor.postMessage({ do: action, ...more });
  const make = (name, text, className) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (className) node.className = className;
    return node;
  };
  const setText = (node, text) => {
    if (node.textContent !== text) node.textContent = text;
  };
  const percent = (share) => `${share < 0.1 ? (100 * share).toFixed(1) : Math.round(100 * share)}%`;

  /** What its reader has set: kept while the page is hidden. */
  const own = { sort: null, filter: '', least: 0, row: null, ...editor.getState() };
  const remember = (changes) => editor.setState(Object.assign(own, changes));
  let view = null;

  for (const id of ['insert', 'copy', 'again', 'stop']) element(id).addEventListener('click', () => send(id));
  element('export').addEventListener('click', () => send('export', { format: element('format').value }));
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !element('stop').hidden) send('stop');
  });
  element('filter').value = own.filter;
  element('least').value = String(own.least);
  element('filter').addEventListener('input', ({ target }) => {
    remember({ filter: target.value });
    showRows();
  });
  element('least').addEventListener('input', ({ target }) => {
    remember({ least: Number(target.value) });
    showRows();
  });

  function bar(share) {
    const cell = make('td', undefined, 'bar');
    if (share === null) return cell;
    const svg = drawing('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    svg.append(
      drawing('rect', { class: 'track', width: 100, height: 10 }),
      drawing('rect', { class: 'share', width: 100 * share, height: 10 }),
    );
    cell.append(svg, make('span', percent(share)));
    return cell;
  }

  function drawing(name, attributes) {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
    return node;
  }

  function sorted(table) {
    if (!own.sort || own.sort.column >= table.columns.length) return table.rows;
    const { column, down } = own.sort;
    const compare = (a, b) => {
      const [x, y] = [a.cells[column], b.cells[column]];
      const order =
        typeof x === 'string' && typeof y === 'string' ? x.localeCompare(y) : Number(x ?? -1) - Number(y ?? -1);
      return down ? -order : order;
    };
    return [...table.rows].sort(compare);
  }

  function matches(table, row) {
    const column = table.columns.findIndex(({ kind }) => kind === 'bar');
    const probability = row.cells[column];
    const words = [...row.cells.filter((cell) => typeof cell === 'string'), row.hint].join(' ').toLowerCase();
    return words.includes(own.filter.trim().toLowerCase()) && (probability === null || probability * 100 >= own.least);
  }

  function headOf(table, sortable) {
    const head = make('thead');
    const line = make('tr');
    table.columns.forEach(({ label, kind }, column) => {
      const cell = make('th');
      cell.scope = 'col';
      if (!sortable) {
        cell.textContent = label;
      } else {
        const mine = own.sort?.column === column;
        cell.setAttribute('aria-sort', mine ? (own.sort.down ? 'descending' : 'ascending') : 'none');
        const button = make('button', label, 'sort');
        button.type = 'button';
        button.append(make('span', mine ? (own.sort.down ? ' ▼' : ' ▲') : ''));
        button.lastChild.setAttribute('aria-hidden', 'true');
        button.addEventListener('click', () => {
          // Probabilities begin with the highest; a third press takes the text's order back.
          const first = kind === 'bar';
          const sort = !mine ? { column, down: first } : own.sort.down === first ? { column, down: !first } : null;
          remember({ sort });
          showRows();
          element('table').querySelectorAll('button.sort')[column]?.focus();
        });
        cell.append(button);
      }
      line.append(cell);
    });
    line.append(element('review-template').content.cloneNode(true));
    head.append(line);
    return head;
  }

  function rowOf(table, row, active) {
    const line = make('tr');
    line.dataset.row = row.id;
    line.tabIndex = active ? 0 : -1;
    line.setAttribute('aria-label', [row.label, row.hint].filter(Boolean).join('. '));
    line.classList.toggle('accepted', row.verdict === 'accepted');
    line.classList.toggle('rejected', row.verdict === 'rejected');
    line.classList.toggle('left-out', !row.kept);
    table.columns.forEach(({ kind }, column) => {
      const value = row.cells[column];
      if (kind === 'bar') {
        line.append(bar(value));
        return;
      }
      const cell = make('td', value ?? '', kind === 'long' ? 'long' : undefined);
      if (row.hint && column === table.columns.length - 1) cell.append(make('span', row.hint, 'hint'));
      line.append(cell);
    });
    if (row.hint && table.columns.at(-1).kind === 'bar') line.lastChild.append(make('span', row.hint, 'hint'));
    const judge = element('judge-template').content.cloneNode(true);
    for (const [name, verdict] of [
      ['accept', 'accepted'],
      ['reject', 'rejected'],
    ]) {
      const button = judge.querySelector(`.${name}`);
      button.tabIndex = active ? 0 : -1;
      button.setAttribute('aria-pressed', String(row.verdict === verdict));
      button.setAttribute('aria-label', `${button.getAttribute('aria-label')}: ${row.label}`);
      button.addEventListener('click', (event) => {
        event.stopPropagation();
        send(name, { row: row.id });
      });
    }
    line.append(judge);
    return line;
  }

  /** Draws a table anew and keeps the focus where it was. */
  function draw(host, table, rows, sortable) {
    const focused = host.contains(document.activeElement) ? document.activeElement : null;
    const focusedRow = focused?.closest('tr[data-row]')?.dataset.row;
    const focusedClass = focused?.tagName === 'BUTTON' ? focused.className : null;
    const node = make('table');
    const caption = make('caption', table.caption, 'unseen');
    const body = make('tbody');
    const active = rows.find(({ id }) => id === own.row) ?? rows[0];
    body.append(...rows.map((row) => rowOf(table, row, row === active)));
    node.append(caption, headOf(table, sortable), body);
    host.replaceChildren(node);
    if (!focusedRow) return;
    const line = [...body.children].find(({ dataset }) => dataset.row === focusedRow) ?? body.firstElementChild;
    (focusedClass ? line?.querySelector(`button.${focusedClass}`) : line)?.focus();
  }

  function activate(line) {
    const body = line.parentElement;
    for (const each of body.children) {
      each.tabIndex = each === line ? 0 : -1;
      for (const button of each.querySelectorAll('button')) button.tabIndex = each.tabIndex;
    }
    remember({ row: line.dataset.row });
  }

  for (const host of [element('table'), element('apart-table')]) {
    const lineOf = (event) => event.target.closest?.('tr[data-row]');
    host.addEventListener('mouseover', (event) => {
      const line = lineOf(event);
      if (line && !line.contains(event.relatedTarget)) send('mark', { row: line.dataset.row });
    });
    host.addEventListener('mouseleave', () => send('unmark'));
    host.addEventListener('focusin', (event) => {
      const line = lineOf(event);
      if (!line) return;
      activate(line);
      // A pressed mouse goes there anyway.
      if (line === event.target) send('mark', { row: line.dataset.row });
    });
    host.addEventListener('click', (event) => {
      const line = lineOf(event);
      if (!line || event.target.closest('button')) return;
      line.focus();
      send('go', { row: line.dataset.row });
    });
    host.addEventListener('keydown', (event) => {
      const line = lineOf(event);
      if (!line || event.ctrlKey || event.metaKey || event.altKey) return;
      const onRow = event.target === line;
      const { key } = event;
      const moves = { ArrowDown: line.nextElementSibling, ArrowUp: line.previousElementSibling };
      const ends = { Home: line.parentElement.firstElementChild, End: line.parentElement.lastElementChild };
      const target = { ...moves, ...ends }[key];
      if (key in moves || key in ends) target?.focus();
      else if (onRow && (key === 'Enter' || key === ' ')) send('go', { row: line.dataset.row });
      else if (key.toLowerCase() === 'a') send('accept', { row: line.dataset.row });
      else if (key.toLowerCase() === 'r') send('reject', { row: line.dataset.row });
      else return;
      event.preventDefault();
    });
  }

  function showRows() {
    const { table } = view ?? {};
    element('rows').hidden = !table;
    if (!table) return;
    setText(element('least-value'), `${own.least}%`);
    const rows = sorted(table).filter((row) => matches(table, row));
    draw(element('table'), table, rows, true);
    element('none').hidden = rows.length > 0;
    element('table').hidden = rows.length === 0;
  }

  function showApart() {
    const { apart } = view;
    element('apart').hidden = !apart;
    if (apart) draw(element('apart-table'), apart, apart.rows, false);
    else element('apart-table').replaceChildren();
  }

  const [LINE, SIDE, BETWEEN] = [26, 190, 150];
  const shortened = (name) => (name.length > 28 ? `${name.slice(0, 27)}…` : name);

  /** Names in two columns, with a line for each relation: the wider, the likelier. */
  function showGraph() {
    const host = element('graph');
    const { graph } = view;
    host.hidden = !graph;
    if (!graph) {
      host.replaceChildren();
      return;
    }
    const lines = Math.max(graph.left.length, graph.right.length);
    const [width, height] = [2 * SIDE + BETWEEN, lines * LINE];
    const svg = drawing('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': graph.label });
    const y = (side, index) => ((index + 0.5) * height) / side.length;
    for (const { row, from, to, label, weight, rejected } of graph.edges) {
      const [a, b] = [y(graph.left, from), y(graph.right, to)];
      const middle = SIDE + BETWEEN / 2;
      const path = drawing('path', {
        class: rejected ? 'edge rejected' : 'edge',
        d: `M ${SIDE} ${a} C ${middle} ${a}, ${middle} ${b}, ${SIDE + BETWEEN} ${b}`,
        'stroke-width': 1 + 3 * weight,
      });
      const title = drawing('title', {});
      title.textContent = `${graph.left[from]} — ${label} — ${graph.right[to]} (${percent(weight)})`;
      path.append(title);
      path.addEventListener('mouseenter', () => send('mark', { row }));
      path.addEventListener('mouseleave', () => send('unmark'));
      path.addEventListener('click', () => send('go', { row }));
      svg.append(path);
    }
    for (const [side, x, anchor] of [
      [graph.left, SIDE - 8, 'end'],
      [graph.right, SIDE + BETWEEN + 8, 'start'],
    ]) {
      side.forEach((name, i) => {
        const text = drawing('text', { x, y: y(side, i), 'text-anchor': anchor, 'dominant-baseline': 'middle' });
        text.textContent = shortened(name);
        const title = drawing('title', {});
        title.textContent = name;
        text.append(title);
        svg.append(text, drawing('circle', { cx: anchor === 'end' ? SIDE : SIDE + BETWEEN, cy: y(side, i), r: 3 }));
      });
    }
    host.replaceChildren(svg);
  }

  function showAnswer() {
    const { answer } = view;
    element('answer').hidden = !answer;
    if (!answer) return;
    setText(element('question'), answer.question);
    element('bars').replaceChildren(
      ...answer.bars.map(({ label, probability }) => {
        const line = make('tr');
        const head = make('th', label);
        head.scope = 'row';
        line.append(head, bar(probability));
        return line;
      }),
    );
  }

  function showActions() {
    const { phase, formats, canInsert, kept } = view;
    const busy = phase === 'loading' || phase === 'reading';
    const focused = document.activeElement;
    element('stop').hidden = !busy;
    element('again').hidden = busy;
    for (const id of ['insert', 'copy', 'export']) element(id).disabled = busy || !canInsert;
    const select = element('format');
    const options = formats.map(({ format, label }) => new Option(label, format));
    if (options.map(({ value }) => value).join() !== [...select.options].map(({ value }) => value).join())
      select.replaceChildren(...options);
    setText(element('kept'), kept);
    // A button that was pressed and goes hands the focus on, or the keyboard would start at the top.
    if (focused === element('stop') && !busy) element('again').focus();
    if (focused === element('again') && busy) element('stop').focus();
  }

  window.addEventListener('message', ({ data }) => {
    if (!data) return;
    view = data;
    document.body.dataset.phase = view.phase;
    setText(element('title'), view.title);
    setText(element('source'), view.source);
    setText(element('status'), view.status);
    setText(element('provenance'), view.provenance);
    const progress = element('progress');
    progress.hidden = view.phase !== 'loading' && view.phase !== 'reading';
    if (view.progress && view.progress.total > 1) {
      progress.max = view.progress.total;
      progress.value = view.progress.done;
    } else progress.removeAttribute('value');
    element('notices').hidden = view.notices.length === 0;
    element('notices').replaceChildren(...view.notices.map((notice) => make('li', notice)));
    showActions();
    showAnswer();
    showRows();
    showGraph();
    showApart();
  });

  editor.postMessage('ready');
})();
