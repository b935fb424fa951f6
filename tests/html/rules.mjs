// What html-validate asks of every page: its recommended rules, but for those below.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // Matters of taste that no browser and no reader notices.
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    // Safari takes a list without bullets for no list unless it says so.
    "no-redundant-role": "off",
    "prefer-native-element": ["error", { exclude: ["list"] }],
    // A title holds the words of the message that it is about.
    "long-title": "off",
    // Boxes of one question share its name.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "submit", "button"] }],
  },
};
