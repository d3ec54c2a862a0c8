// Sends the sheet's own form where the server said that this visit may go on without a press. What the server cannot see is
// looked at here: a page that is only prepared, that was come back to, or loaded again, was not clicked for.
const form = document.querySelector('form[data-goes]');
const [visit] = performance.getEntriesByType('navigation');
const clicked = visit && visit.type === 'navigate' && !document.prerendering && !visit.activationStart;
if (form && clicked) {
  form.elements.consent.value = 'one-click';
  form.querySelector('button').disabled = true;
  form.submit();
}
