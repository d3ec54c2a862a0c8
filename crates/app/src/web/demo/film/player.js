// The page of a film: hls.js plays, two segments ahead. What a segment costs is not known here; where the gateway says 402,
// the page leads to the wallet, and goes on from there when the viewer is back.
(() => {
  const video = document.querySelector("video"), stopped = document.querySelector("#stopped"), standing = document.querySelector("#standing"),
    full = document.querySelector("#full");
  const gateway = "/.well-known/farthing/watch", here = encodeURIComponent(location.pathname), kept = "film:" + location.pathname;
  const say = async () => {
    const answer = await fetch(gateway + "?page=" + here);
    if (!answer.ok) return;
    const { watching, spent, left, secondsLeft, more, devicesPage } = await answer.json();
    document.querySelector("#more").href = more;
    if (!watching) return;
    document.querySelector("#spent").textContent = spent;
    document.querySelector("#left").textContent = left + ", good for " + secondsLeft + " s";
    document.querySelector("#which").href = devicesPage;
    standing.hidden = false;
  };
  const over = (status) => {
    if (status === 402) { stopped.hidden = false; say(); }
    else if (status === 403) { full.hidden = false; say(); }
    // The session is over: its page is the wall again.
    else if (status === 410) location.reload();
  };
  video.addEventListener("timeupdate", () => sessionStorage.setItem(kept, video.currentTime));
  const from = Number(sessionStorage.getItem(kept)) || 0;
  const address = video.dataset.playlist;
  if (window.Hls && Hls.isSupported()) {
    const hls = new Hls({ startPosition: from, maxBufferLength: 4, maxMaxBufferLength: 4, enableWorker: false });
    // A 4xx is not asked for again but in every other rendition first, then again after a while: when all have said no, that is it.
    const refused = new Set();
    hls.on(Hls.Events.FRAG_LOADED, () => { refused.clear(); say(); });
    hls.on(Hls.Events.ERROR, (_, fault) => {
      const status = fault.response && fault.response.code;
      if ((status === 402 || status === 403) && fault.frag) refused.add(fault.frag.level);
      if (status !== 410 && refused.size < hls.levels.length) return;
      hls.stopLoad();
      over(status);
    });
    hls.loadSource(address);
    hls.attachMedia(video);
  } else {
    video.addEventListener("loadedmetadata", () => { video.currentTime = from; });
    video.addEventListener("error", async () => over((await fetch(gateway + "?page=" + here).then((answer) => answer.json())).watching ? 402 : 410));
    video.src = address;
  }
  say();
})();
