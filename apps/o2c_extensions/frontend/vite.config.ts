import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import frappeui from "frappe-ui/vite";
import { defineConfig } from "vite";

// frappe-ui's plugin is here for its icons alone: where the site is and which page serves this is ours to say.
const icons = frappeui({ lucideIcons: true, frappeProxy: false, jinjaBootData: false, buildConfig: false });
const site = process.env.O2C_SITE_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
	base: "/assets/o2c_extensions/frontend/",
	plugins: [icons, vue()],
	resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
	server: { proxy: { "^/(api|files|private|printview|login|o2c)": { target: site, changeOrigin: false } } },
	build: {
		outDir: "../o2c_extensions/public/frontend",
		emptyOutDir: true,
		manifest: "manifest.json",
		target: "es2020",
		rollupOptions: { input: "src/main.ts" },
	},
});
