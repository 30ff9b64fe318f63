// Says at the top of the window what could not be saved or sent: [data-trouble], role=status (templates/components/strip.html).

// `parts` are texts and elements, or none; `isGood` if it is no trouble at all.
export function sayTrouble(parts, { isGood = false } = {}) {
  const box = document.querySelector("[data-trouble]");
  const says = parts.map((part) => part.textContent ?? part).join("");
  if (box.textContent !== says) box.replaceChildren(...parts);
  box.classList.toggle("app-trouble--good", isGood);
  box.hidden = !says;
}

export function makeLink(text, address) {
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = address;
  link.textContent = text;
  return link;
}

// Where one signs in, and comes back to this page.
export function signInAddress() {
  const here = encodeURIComponent(location.pathname + location.search);
  return `${document.getElementById("session-end").dataset.signIn}?next=${here}`;
}
