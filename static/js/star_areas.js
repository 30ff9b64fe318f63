// The ten areas of a Star, read from its form. The radio buttons are the only truth: whatever shows a value reads
// them, and whatever sets one checks a radio.
//
// Markup: in a form[data-star], ten `.app-area[data-area=CODE]`, each with a fieldset whose legend names the area
// (in a `.govuk-fieldset__heading` if there is more in the legend) and radios `name=CODE`: 1 to 10, then the reasons
// for which it is not scored. There may be radios `name=parent_CODE` too, the parent's own value: 1 to 10, or "".

const radiosNamed = (element, name) => [...element.querySelectorAll(`input[type="radio"][name="${name}"]`)];

export function readAreas(form) {
  return [...form.querySelectorAll(".app-area[data-area]")].map((element) => {
    const code = element.dataset.area;
    const fieldset = element.querySelector("fieldset");
    const legend = fieldset.querySelector("legend");
    return {
      code,
      element,
      fieldset,
      label: (legend.querySelector(".govuk-fieldset__heading") || legend).textContent.trim(),
      radios: radiosNamed(element, code),
      parentRadios: radiosNamed(element, `parent_${code}`),
    };
  });
}

const checked = (radios) => radios.find((radio) => radio.checked);

// A value from 1 to 10, or null: nothing chosen yet, or a reason.
export function readValue(radios) {
  const value = Number(checked(radios)?.value);
  return value || null;
}

export const isAnswered = (area) => Boolean(checked(area.radios));

// What a reason says, such as "Not applicable"; nothing where there is a value or no answer.
export function readReason(area) {
  const radio = checked(area.radios);
  return radio && !readValue(area.radios) ? radio.labels[0].textContent.trim() : "";
}

// Check a radio as if it had been tapped, so that whoever listens to the form hears of it.
export function choose(radios, value) {
  const radio = radios.find((each) => each.value === String(value));
  if (!radio || radio.checked) return;
  radio.checked = true;
  for (const type of ["input", "change"]) radio.dispatchEvent(new Event(type, { bubbles: true }));
}

// Take an answer away, as if that could be tapped.
export function clear(radios) {
  const radio = checked(radios);
  if (!radio) return;
  const none = radios.find(({ value }) => !value); // "as above", of the parent's own value
  if (none) return choose(radios, "");
  radio.checked = false;
  for (const type of ["input", "change"]) radio.dispatchEvent(new Event(type, { bubbles: true }));
}

// The stage of a value, in words; nothing where there is no value.
export function readStage(radios, value) {
  const radio = radios.find((each) => each.value === String(value));
  return document.getElementById(radio?.getAttribute("aria-describedby"))?.textContent ?? "";
}

// Where the focus rests in an area: on what is chosen, else on the first value.
export const restingRadio = (area) => checked(area.radios) || area.radios[0];
