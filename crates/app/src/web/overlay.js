// Farthing overlay: hides, does not protect. Whoever reads the source of the page reads all of it; no cookie, nothing stored.
(() => {
  const piece = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  for (const hidden of document.querySelectorAll("[data-farthing]")) {
    const address = new URL(hidden.dataset.farthing, document.baseURI);
    if (address.protocol !== "https:" && address.protocol !== "http:") continue;
    const box = document.createElement("p");
    box.className = "farthing-overlay";
    const pay = Object.assign(piece("a", hidden.dataset.pay || "Pay and read on"), { href: address.href, rel: "payment" });
    const show = Object.assign(piece("button", hidden.dataset.show || "I have paid: show it"), { type: "button" });
    show.addEventListener("click", () => {
      hidden.hidden = false;
      box.remove();
    });
    box.append(pay, " ", show);
    hidden.hidden = true;
    hidden.before(box);
  }
})();
