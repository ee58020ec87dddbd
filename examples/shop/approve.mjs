// The customer who enters the PIN on the simulated phone.
const url = 'http://localhost:5173/daraja/handset/0723123123/prompts/latest';
const answer = await fetch(url, { method: 'POST', body: '{"action":"approve"}' });
console.log(answer.ok ? 'The PIN is entered.' : `No: ${await answer.text()}`);
