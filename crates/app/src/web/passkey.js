// A code that came in the fragment, where no server sees it, goes into its field and out of the address.
const field = document.querySelector('input[data-fragment]');
const taken = () => {
  if (!field || location.hash.length < 2) return;
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
};
taken();
addEventListener('hashchange', taken);

// Turns the press of a form's button into a passkey ceremony: asks this origin for a challenge and the browser for a passkey,
// then posts the answer as a plain form. Without passkeys the form stays hidden and the sentence beside it says why.
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const listed = list => (list || []).map(one => ({ ...one, id: bytes(one.id) }));

async function made(options) {
  const user = { ...options.user, id: bytes(options.user.id) };
  const publicKey = { ...options, user, challenge: bytes(options.challenge), excludeCredentials: listed(options.excludeCredentials) };
  const passkey = await navigator.credentials.create({ publicKey });
  const { attestationObject, clientDataJSON } = passkey.response;
  return [passkey, { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON) }];
}

async function shown(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) };
  const passkey = await navigator.credentials.get({ publicKey });
  const { authenticatorData, clientDataJSON, signature, userHandle } = passkey.response;
  const answer = { authenticatorData: text(authenticatorData), clientDataJSON: text(clientDataJSON), signature: text(signature) };
  return [passkey, userHandle ? { ...answer, userHandle: text(userHandle) } : answer];
}

async function run(form) {
  const asked = await fetch(form.dataset.passkey, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' });
  // Whatever else it says, it says as a page to the form itself.
  if (asked.ok) {
    const options = await asked.json();
    const [passkey, response] = await (options.user ? made(options) : shown(options));
    form.elements.response.value = JSON.stringify({ id: passkey.id, rawId: text(passkey.rawId), type: passkey.type, response, clientExtensionResults: {} });
  }
  form.submit();
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll('form[data-passkey]') : []) {
  const [button, failed] = [form.querySelector('button'), form.querySelector('[role=alert]')];
  form.hidden = false;
  form.nextElementSibling.hidden = true;
  form.addEventListener('submit', event => {
    event.preventDefault();
    button.disabled = true;
    failed.hidden = true;
    run(form).catch(() => {
      button.disabled = false;
      failed.hidden = false;
      button.focus();
    });
  });
}
