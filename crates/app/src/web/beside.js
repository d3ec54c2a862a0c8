// Farthing beside: puts the full text that this browser has paid for in place of <pay-content>. Unpaid, or without this
// script, the link inside it leads to the wall and the full page.
(() => {
  const HOT = "script, style, base, meta, iframe, object, embed, template";
  const ADDRESSES = ["href", "src", "action", "formaction", "xlink:href", "poster"];
  const SAFE = ["http:", "https:", "mailto:"];

  // Of the full page: the bar with its style, and the text.
  const pieces = (page, wanted) => {
    const text = page.querySelector(wanted || "article, main") || page.body;
    const bar = page.querySelector("farthing-bar");
    const style = page.querySelector('link[rel="stylesheet"][href$="/.well-known/farthing/bar.css"]');
    return [style, bar].filter((piece) => piece && !text.contains(piece)).concat(text);
  };

  // Nothing in it runs, and its addresses are those of the page it came from.
  const settle = (piece, from) => {
    for (const hot of piece.querySelectorAll(HOT)) hot.remove();
    for (const element of [piece, ...piece.querySelectorAll("*")]) {
      for (const { name, value } of [...element.attributes]) {
        if (name.startsWith("on") || name === "srcset") element.removeAttribute(name);
        if (!ADDRESSES.includes(name)) continue;
        const address = URL.canParse(value, from) ? new URL(value, from) : null;
        if (address && SAFE.includes(address.protocol)) element.setAttribute(name, address.href);
        else element.removeAttribute(name);
      }
    }
    return document.importNode(piece, true);
  };

  const place = async (spot) => {
    const from = new URL(spot.getAttribute("src"), document.baseURI);
    const answer = await fetch(from, { credentials: "include", headers: { Accept: "text/html" }, cache: "no-store", redirect: "error" });
    const kind = answer.headers.get("Content-Type") || "";
    // 402 is the wall: the link stays.
    if (answer.status !== 200 || !kind.startsWith("text/html")) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    spot.replaceChildren(...pieces(page, spot.getAttribute("part")).map((piece) => settle(piece, from.href)));
    spot.setAttribute("paid", "");
  };

  for (const spot of document.querySelectorAll("pay-content[src]")) place(spot).catch(() => {});
})();
