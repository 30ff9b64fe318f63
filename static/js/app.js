// Starts GOV.UK Frontend's components: error summaries that take the focus, conditional radios, navigation.
import { initAll } from "./govuk-frontend.min.js";

initAll();
