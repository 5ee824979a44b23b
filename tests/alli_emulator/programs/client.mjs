// A program in Node, with nothing but its http module: lists apps, runs one, streams one, talks in a form, and prints what came.
import http from "node:http";

const base = new URL(process.env.ALLI_BASE_URL);
const key = process.env.ALLI_API_KEY;

function ask(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: base.hostname, port: base.port, method, path, headers: { "API-KEY": key, "OWN-USER-ID": "emp-7", ...headers } },
      (answer) => {
        const pieces = [];
        answer.setEncoding("utf8");
        answer.on("data", (piece) => pieces.push(piece));
        answer.on("end", () => resolve({ status: answer.statusCode, type: answer.headers["content-type"], pieces }));
        answer.on("error", reject);
      },
    );
    request.on("error", reject);
    if (body !== undefined) request.write(body);
    request.end();
  });
}

const json = { "Content-Type": "application/json" };
const list = await ask("GET", "/webapi/v2/apps?pageSize=50");
const summary = JSON.parse(list.pieces.join("")).apps.find((app) => app.name === "Summary");
const path = encodeURIComponent(summary.id);
const inputs = { text: "Desks arrived. 김 paid for them. Nothing broke." };
const run = await ask("POST", `/webapi/apps/${path}/run`, JSON.stringify({ inputs }), json);
const stream = await ask("POST", `/webapi/apps/${path}/run`, JSON.stringify({ inputs, mode: "stream" }), json);
const boundary = "x".repeat(8) + process.pid;
const form = `--${boundary}\r\nContent-Disposition: form-data; name="message"\r\n\r\nhello\r\n--${boundary}--\r\n`;
const talk = await ask("POST", `/webapi/v2/apps/${path}/run_conversation`, form, {
  "Content-Type": `multipart/form-data; boundary=${boundary}`,
});
const missing = await ask("GET", "/webapi/v2/apps/unknown");
for (const answer of [run, stream, talk, missing]) {
  console.log(answer.status, answer.type, answer.pieces.join("").trim());
}
