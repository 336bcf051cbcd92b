import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    setupFiles: ["tests/setup.ts"],
    restoreMocks: true,
    unstubGlobals: true,
    // Off but for --coverage. Paths are the repository's: it is SonarQube's to read.
    coverage: {
      include: ["src/**/*.ts"],
      reporter: [["lcovonly", { projectRoot: ".." }]],
      reportsDirectory: "../artifacts/ci/extension",
    },
  },
});
