// Step an LSTM through bits of your own. NETWORKS comes from networks.js, which the build writes.
"use strict";

const ECHO_STEP = 3; // how many steps later a bit is echoed
const WINDOW = 15; // steps in a window: truncated_backprop_length
const LONGEST = 200; // bits that can be typed
const ALTERNATING = "01".repeat(50);

// ---- the network

const sigmoid = z => 1 / (1 + Math.exp(-z));

/** Return vector @ matrix + bias. */
function dense(vector, matrix, bias) {
    return bias.map((start, column) => vector.reduce((sum, value, row) => sum + value * matrix[row][column], start));
}

/** One step of the cell of TensorFlow 0.12, BasicLSTMCell: gates, candidate, new cell state, new hidden state, logits.
 *
 * The kernel acts on [x, h]. Its columns are four blocks: i, j, f, o (input gate, candidate, forget gate, output gate).
 * The forget bias 1 is added here; it is not stored in the bias.
 */
function step(network, x, state) {
    const size = state.h.length;
    const z = dense([x, ...state.h], network.kernel, network.bias);
    const block = number => z.slice(number * size, (number + 1) * size);
    const i = block(0).map(sigmoid);
    const j = block(1).map(Math.tanh);
    const f = block(2).map(value => sigmoid(value + 1));
    const o = block(3).map(sigmoid);
    const kept = f.map((gate, unit) => gate * state.c[unit]);
    const added = i.map((gate, unit) => gate * j[unit]);
    const c = kept.map((value, unit) => value + added[unit]);
    const shown = c.map(Math.tanh);
    const h = o.map((gate, unit) => gate * shown[unit]);
    const logits = dense(h, network.W2, network.b2);
    const p = sigmoid(logits[1] - logits[0]); // the softmax of two logits
    return {x, i, j, f, o, kept, added, c, shown, h, logits, p, before: state};
}

/** Run a network over a text of zeros and ones, from states of zero. Return what it did at each step. */
function run(network, bits) {
    const zeros = network.W2.map(() => 0);
    let state = {c: zeros, h: zeros};
    const steps = [];
    for (const [t, bit] of [...bits].entries()) {
        state = step(network, Number(bit), state);
        state.wanted = t < ECHO_STEP ? null : Number(bits[t - ECHO_STEP]); // null: nobody can know
        state.answer = state.p > 0.5 ? 1 : 0;
        state.wrong = state.wanted !== null && state.answer !== state.wanted;
        steps.push(state);
    }
    return steps;
}

/** Return the mean cross-entropy, in nats, of the answers that can be known. */
function meanLoss(steps) {
    const losses = steps.filter(each => each.wanted !== null).map(each => -Math.log(each.wanted ? each.p : 1 - each.p));
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

// ---- the page

const find = id => document.getElementById(id);
const write = (number, digits = 3) => number.toFixed(digits).replace("-", "−");
let steps = []; // what the network did
let now = 0; // the step that is shown

/** Run the chosen network over the typed bits and draw the strip. */
function start(shown) {
    const typed = find("bits").value.replace(/[^01]/g, "");
    if (typed !== find("bits").value) find("bits").value = typed;
    const network = NETWORKS[document.querySelector("[name=network]:checked").value];
    steps = run(network, typed);
    const row = (name, text) => {
        const cells = steps.map((each, t) => `<td data-step="${t}">${text(each, t)}</td>`);
        return `<tr><th scope="row">${name}</th>${cells.join("")}</tr>`;
    };
    find("strip").innerHTML =
        row("step", (each, t) => t) +
        row("bit", each => each.x) +
        row("wanted", each => each.wanted ?? "?") +
        row("P(1)", each => write(each.p)) +
        row("error", each => (each.wrong ? "✗" : ""));
    steps.forEach((each, t) => {
        if (each.wrong) document.querySelectorAll(`[data-step="${t}"]`).forEach(cell => cell.classList.add("wrong"));
    });
    const known = Math.max(steps.length - ECHO_STEP, 0);
    const wrong = steps.filter(each => each.wrong).length;
    find("score").textContent = known
        ? `Wrong answers: ${wrong} of the ${known} that can be known. ` +
          `Their mean loss is ${write(meanLoss(steps), 4)} nats. ` +
          `At the end of the training it was ${write(network.loss, 4)} nats.`
        : `Type more than ${ECHO_STEP} bits.`;
    find("wrong").disabled = !wrong;
    find("step").max = Math.max(steps.length - 1, 0);
    show(shown);
}

/** Show one step: in the strip, in a sentence, in the drawing and in the table. */
function show(t) {
    now = Math.min(Math.max(t, 0), Math.max(steps.length - 1, 0));
    const here = steps[now];
    find("step").value = now;
    find("step").setAttribute("aria-valuetext", `step ${now}`);
    find("said").textContent = here ? sentence(here) : "There are no bits.";
    find("cell").style.visibility = find("units").style.visibility = here ? "visible" : "hidden";
    if (!here) return;
    document.querySelectorAll("[data-step].now").forEach(cell => cell.classList.remove("now"));
    const column = document.querySelectorAll(`[data-step="${now}"]`);
    column.forEach(cell => cell.classList.add("now"));
    find("steps").scrollLeft = column[0].offsetLeft - find("steps").clientWidth / 2;
    const unit = Number(document.querySelector("[name=unit]:checked").value);
    const values = {...here, c0: here.before.c, h0: here.before.h};
    for (const text of document.querySelectorAll("#cell [data-value]")) {
        const value = values[text.dataset.value];
        text.textContent = text.dataset.value === "x" ? value : write(value[unit]);
    }
    const largest = Math.max(...steps.flatMap(each => each.c.map(Math.abs)));
    for (const cell of document.querySelectorAll("#units td")) {
        const name = cell.dataset.value;
        const value = here[name][cell.parentElement.dataset.unit];
        cell.textContent = write(value);
        // A bar below the number: of a gate from the left, of the others from the middle.
        const zero = "fio".includes(name) ? 0 : 50;
        const end = zero + (100 - zero) * (name === "c" ? value / largest : value);
        cell.style.setProperty("--from", `${Math.min(zero, end)}%`);
        cell.style.setProperty("--to", `${Math.max(zero, end)}%`);
        cell.parentElement.classList.toggle("now", cell.parentElement.dataset.unit === String(unit));
    }
}

/** Say what happens at a step. */
function sentence(here) {
    const verdict = here.wrong ? "wrong" : "right";
    const wanted = here.wanted === null ? "Nobody can know the right one." : `Wanted is ${here.wanted}: ${verdict}.`;
    const [zero, one] = here.logits.map(logit => write(logit));
    return (
        `Step ${now}: the bit is ${here.x}. The logits are ${zero} for 0 and ${one} for 1, ` +
        `so P(1) = ${write(here.p)}. The answer is ${here.answer}. ${wanted}`
    );
}

/** Take bits and a network, and show a step. */
function take(bits, number, shown) {
    find("bits").value = bits;
    document.querySelector(`[name=network][value="${number}"]`).checked = true;
    start(shown);
}

const firstError = run(NETWORKS[0], ALTERNATING).findIndex(each => each.wrong);
const chosen = () => document.querySelector("[name=network]:checked").value;
const randomBits = () => Array.from({length: WINDOW}, () => Math.floor(2 * Math.random())).join("");

find("bits").maxLength = LONGEST;
find("random").addEventListener("click", () => take(randomBits(), chosen(), 0));
find("alternating").addEventListener("click", () => take(ALTERNATING, 0, firstError));
find("later").addEventListener("click", () => take(ALTERNATING, 1, firstError));
find("bits").addEventListener("input", () => start(find("bits").selectionStart - 1)); // the bit that was typed
find("step").addEventListener("input", () => show(Number(find("step").value)));
find("back").addEventListener("click", () => show(now - 1));
find("next").addEventListener("click", () => show(now + 1));
find("wrong").addEventListener("click", () => {
    const later = steps.findIndex((each, t) => each.wrong && t > now);
    show(later >= 0 ? later : steps.findIndex(each => each.wrong));
});
find("steps").addEventListener("click", event => {
    if (event.target.dataset.step) show(Number(event.target.dataset.step));
});
document.querySelectorAll("[name=network]").forEach(radio => radio.addEventListener("change", () => start(now)));
document.querySelectorAll("[name=unit]").forEach(radio => radio.addEventListener("change", () => show(now)));
take("011010001111000", 0, 0);
