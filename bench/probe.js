// Runs in each measured page before all else, and looks at it from outside.
(() => {
  const now = () => performance.timeOrigin + performance.now();
  /** Epoch milliseconds at which an event was seen first. */
  const at = {};
  const probe = {
    at,
    cls: 0,
    blockedMs: 0,
    now,
    host: () => document.querySelector('[data-pay]'),
    field(host = probe.host()) {
      return (host?.shadowRoot ?? host)?.querySelector('input[name=phone], input[name=phoneNumber]') ?? null;
    },
    button(host = probe.host()) {
      return (
        (host?.shadowRoot ?? host)?.querySelector('button[part], .adyen-checkout__button--pay, form button') ?? null
      );
    },
    /** How many nodes an element is made of, shadow trees too. */
    nodes(node) {
      let count = 1;
      for (const child of node.childNodes) count += probe.nodes(child);
      return node.shadowRoot ? count + probe.nodes(node.shadowRoot) : count;
    },
    /** As a browser's autofill does it. */
    fill(text, host = probe.host()) {
      const field = probe.field(host);
      field.focus();
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    },
    /** Once what has been filled in counts. */
    pay(host, text) {
      probe.fill(text, host);
      setTimeout(() => probe.button(host).click(), 50);
    },
  };
  Object.assign(window, { probe });

  for (const type of ['click', 'push-success']) {
    window.addEventListener(type, () => (at[type] ??= now()), true);
  }
  /** Once what an outcome has changed is on the screen. */
  window.addEventListener('payment-success', ({ target }) => {
    requestAnimationFrame(() => (at[`paid ${target.id}`] ??= now()));
  });
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) probe.cls += value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) probe.blockedMs += Math.max(0, duration - 50);
  }).observe({ type: 'longtask', buffered: true });

  const look = () => {
    const field = probe.field();
    if (field && field.getBoundingClientRect().height > 0) at.usable = now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
