// What the pages of the chats that run here have in common. Each page says how it shows what is seen (`show`), what
// changes with the place (`went`), and how its people say something (`say`); then it begins.
const $ = (one, within = document) => within.querySelector(one);
const all = (some, within = document) => [...within.querySelectorAll(some)];
const made = (tag, facts = {}, ...inside) => {
  const one = Object.assign(document.createElement(tag), facts);
  one.append(...inside);
  return one;
};
const drawn = html => {
  const row = made("div");
  row.innerHTML = html;
  return row.firstChild;
};
const time = seconds => new Date(1000 * seconds).toLocaleTimeString([], {hour: "numeric", minute: "2-digit"});
const user = () => $("#user").value;
let where = "", thread = "", shown = {}, busy = false;

const tell = words => {
  $("#wrong").textContent = words || "";
  $("#wrong").hidden = !words;
  if (words) setTimeout(() => $("#wrong").hidden = true, 6000);
};
const does = async (what, more = {}, files = {}) => {
  const body = new FormData();
  for (const [name, value] of Object.entries({what, user: user(), where, ...more})) body.append(name, value);
  for (const [name, some] of Object.entries(files)) for (const one of some) body.append(name, one);
  const answer = await fetch("/does", {method: "POST", body});
  const told = answer.ok ? await answer.json() : {wrong: `${answer.status} ${await answer.text()}`};
  tell(told.field ? "" : told.wrong || told.words);
  await look();
  return told;
};
const look = async () => {
  if (busy) return;
  busy = true;
  try { show(await (await fetch(`/seen?user=${user()}&where=${where}`)).json()); } finally { busy = false; }
};
const answer = root => {
  thread = root;
  $("#thread").hidden = !thread;
  $("form.say textarea").focus();
};
const go = place => {
  where = place;
  answer("");
  for (const one of all("nav [data-where]")) {
    one.classList.toggle("here", one.dataset.where === where);
    if (one.dataset.where === where) $("#title").textContent = one.textContent;
  }
  shown = {};
  went();
};
const begin = place => {
  const wanted = new URLSearchParams(location.search), known = wanted.get("user") || localStorage.user;
  if (all("#user option").some(one => one.value === known)) $("#user").value = known;
  go(wanted.get("where") || place);
  setInterval(look, 800);
};

all("nav [data-where]").forEach(one => one.onclick = () => go(one.dataset.where));
$("#user").onchange = () => { localStorage.user = user(); go(where); };
$("#thread").onclick = () => answer("");
const saying = $("form.say");
saying.onsubmit = async event => {
  event.preventDefault();
  const text = $("textarea", saying), files = $("input", saying);
  const [said, some] = [text.value, [...files.files]];
  text.value = files.value = "";
  await say(said, {files: some});
};
$("textarea", saying).onkeydown = event => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); saying.requestSubmit(); }
};
