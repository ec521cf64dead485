export default function keys(): void {}
