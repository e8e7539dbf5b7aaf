// Sphinx's search page, asked of MiniSearch: sections instead of pages, and those first whose title or terms are meant.
// sections.js holds them as a script (book_search.py), so that it needs no server.
const MOST = 30; // places shown
const WEIGHTS = { title: 4, name: 1, terms: 6 }; // times that of the text: a heading, its page's, what a page introduces
const ASIDE = /\/(api|bibliography|glossary|making)$/; // pages that name everything

const stemmer = new Stemmer(), stems = new Map();

function stem(word) {
  const lower = word.toLowerCase();
  if (!stems.has(lower)) stems.set(lower, stopwords.includes(lower) ? null : stemmer.stemWord(lower));
  return stems.get(lower);
}

function index(sections) {
  const mini = new MiniSearch({
    fields: ["title", "name", "terms", "text"],
    tokenize: (text) => text.match(/[\p{L}\p{M}\p{N}]+(\.\p{N}+)*/gu) ?? [],
    processTerm: stem,
    searchOptions: {
      boost: WEIGHTS,
      boostDocument: (id) => (ASIDE.test(sections[id].page) ? 0.4 : sections[id].anchor ? 1 : 2),
      prefix: (term) => term.length > 2,
      fuzzy: (term) => (term.length > 5 ? 0.2 : 0), // a letter or two mistyped
    },
  });
  mini.addAll(sections.map((section, id) => ({ ...section, id })));
  return mini;
}

Search.query = (query) => {
  const terms = Search._parseQuery(query)[1]; // which also keeps them, to be marked on the page that is opened
  const found = index(SECTIONS).search(query).slice(0, MOST);
  for (const { page, anchor, name, title, text } of found.map((hit) => SECTIONS[hit.id])) {
    const place = Search.output.appendChild(document.createElement("li"));
    const link = place.appendChild(document.createElement("a"));
    link.href = page + DOCUMENTATION_OPTIONS.LINK_SUFFIX + (anchor && `#${anchor}`);
    link.textContent = anchor ? `${name} › ${title}` : name;
    const main = document.createElement("div");
    main.setAttribute("role", "main");
    main.textContent = text;
    place.append(Search.makeSearchSummary(main.outerHTML, terms));
  }
  Search.stopPulse();
  Search.title.textContent = "Search results";
  Search.status.textContent = found.length ? `${found.length} places, the likeliest first.`
    : "Nothing was found. Try fewer words, or other ones.";
};
