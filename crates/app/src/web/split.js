// Farthing split: puts the full text that this browser has paid for in place of <pay-content>. Unpaid, or without this
// script, the link inside it leads to the wall and the full page.
(() => {
  const ADDRESSES = ["href", "src", "action"];

  const whole = (page, wanted) => {
    const text = page.querySelector(wanted || "article, main") || page.body;
    for (const hot of text.querySelectorAll("script, base, meta, iframe, object, embed")) hot.remove();
    const bar = page.querySelector("farthing-bar");
    const style = page.querySelector('link[rel="stylesheet"][href$="/.well-known/farthing/bar.css"]');
    return [style, bar, text].filter((piece, at) => piece && (at === 2 || !text.contains(piece)));
  };

  const settle = (piece, from) => {
    for (const name of ADDRESSES) {
      const all = [...piece.querySelectorAll("[" + name + "]")];
      if (piece.hasAttribute(name)) all.push(piece);
      for (const element of all) {
        const address = new URL(element.getAttribute(name), from);
        if (["http:", "https:", "mailto:"].includes(address.protocol)) element.setAttribute(name, address.href);
        else element.removeAttribute(name);
      }
    }
    return piece;
  };

  const place = async (spot) => {
    const from = new URL(spot.getAttribute("src"), document.baseURI);
    const answer = await fetch(from, { credentials: "include", headers: { Accept: "text/html" }, cache: "no-store", redirect: "error" });
    const kind = answer.headers.get("Content-Type") || "";
    // 402 is the wall: the link stays.
    if (answer.status !== 200 || !kind.startsWith("text/html")) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const pieces = whole(page, spot.getAttribute("part")).map((piece) => settle(document.importNode(piece, true), from));
    spot.replaceChildren(...pieces);
    spot.setAttribute("paid", "");
  };

  for (const spot of document.querySelectorAll("pay-content[src]")) place(spot).catch(() => {});
})();
