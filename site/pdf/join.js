// In the page of the landing page: the articles of all pages, one after the other, as one document to print.
// `parts` is [{caption, pages: [address]}], `live` the address of the published site or "".
async ([parts, live]) => {
  const first = document.querySelector("article.bd-article"), base = new URL("..", location.href).href;
  const names = new Map(parts.flatMap((part) => part.pages).map((page) => [new URL(page, base).href, nameOf(page)]));
  names.set(location.href, "intro");

  function nameOf(page) {
    return page.split("/").at(-1).replace(".html", "");
  }

  // Anchors get the page's name before them; links to pages lead to those, and other links of the site to nothing.
  function adopt(article, url) {
    const name = names.get(url);
    article.querySelectorAll("script, .live, .headerlink").forEach((part) => part.remove());
    forPaper(article);
    article.querySelectorAll("details.hide").forEach((part) => part.remove()); // code that draws
    article.querySelectorAll(".toggle-hidden, .dropdown").forEach((part) => part.classList.remove("toggle-hidden", "dropdown"));
    article.querySelectorAll("[id]").forEach((part) => { part.id = `${name}--${part.id}`; });
    article.querySelectorAll("img").forEach((image) => { image.src = new URL(image.getAttribute("src"), url).href; image.loading = "eager"; });
    article.querySelectorAll("a[href]").forEach((link) => {
      const goal = new URL(link.getAttribute("href"), url), page = goal.href.split("#")[0];
      if (names.has(page)) link.setAttribute("href", `#${names.get(page)}${goal.hash && `--${decodeURIComponent(goal.hash.slice(1))}`}`);
      else if (goal.href.startsWith(base) && live) link.href = live + goal.href.slice(base.length);
      else if (goal.href.startsWith(base)) link.replaceWith(...link.childNodes);
    });
    article.querySelectorAll(".explorer").forEach((still) => {
      const where = document.createElement("p");
      where.className = "where-it-moves";
      where.append("It moves on the page “", titleOf(article), "”", ...(live ? [" of ", linked(live + url.slice(base.length))] : []), ".");
      still.after(where);
    });
    article.id = name;
    return article;
  }

  function linked(url) {
    const link = document.createElement("a");
    link.href = link.textContent = url;
    return link;
  }

  function titleOf(article) {
    return article.querySelector("h1").textContent.trim();
  }

  const contents = document.createElement("nav"), joined = [adopt(first, location.href)];
  contents.innerHTML = "<h1>Contents</h1>";
  for (const { caption, pages } of parts) {
    const list = document.createElement("ul");
    for (const page of pages) {
      const url = new URL(page, base).href;
      const text = await (await fetch(url)).text();
      const article = document.adoptNode(new DOMParser().parseFromString(text, "text/html").querySelector("article.bd-article"));
      joined.push(adopt(article, url));
      const entry = list.appendChild(document.createElement("li")), link = entry.appendChild(document.createElement("a"));
      link.href = `#${names.get(url)}`;
      link.textContent = titleOf(article);
      const number = entry.appendChild(document.createElement("span"));
      number.className = "number";
    }
    if (caption) contents.appendChild(document.createElement("h2")).textContent = caption;
    contents.append(list);
  }
  contents.className = "book-contents";
  document.title = titleOf(first);
  document.body.className = "";
  const main = document.createElement("main");
  main.className = "bd-content book-pdf";
  joined[0].append(contents);
  main.append(...joined);
  document.body.replaceChildren(main);
  await window.MathJax.typesetPromise([main]);
  await Promise.all([...document.images].map((image) => image.decode().catch(() => image.remove())));
  return joined.length;
}
