import { expect, test } from "vitest";
import { manifest, targets } from "../src/manifest";

test.each(targets)("%s asks for no more than it needs at install", (target) => {
  const { permissions, host_permissions, optional_host_permissions } = manifest(target, "1.2.3");
  expect(permissions).toEqual(["activeTab", "contextMenus", "scripting", "storage"]);
  expect(host_permissions).toEqual(["http://localhost/*", "http://127.0.0.1/*"]);
  expect(optional_host_permissions).toEqual(["http://*/*", "https://*/*"]);
});

test.each(targets)("%s runs no remote code and upgrades no address", (target) => {
  const policy = manifest(target, "1.2.3").content_security_policy.extension_pages;
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).not.toContain("upgrade-insecure-requests");
});

test("each browser has the background that it knows", () => {
  const [chrome, firefox] = targets.map((target) => manifest(target, "1.2.3"));
  expect(chrome).toMatchObject({ background: { service_worker: "background.js" } });
  expect(firefox).toMatchObject({ background: { scripts: ["background.js"] } });
});

test("each target has its own keys only", () => {
  const [chrome, firefox] = targets.map((target) => manifest(target, "1.2.3"));
  expect(chrome).toMatchObject({
    minimum_chrome_version: "148",
    message_serialization: "structured_clone",
  });
  expect(chrome).not.toHaveProperty("browser_specific_settings");
  expect(firefox).toMatchObject({
    browser_specific_settings: {
      gecko: {
        id: expect.stringContaining("@"),
        strict_min_version: "142.0",
        data_collection_permissions: { required: ["websiteContent"] },
      },
    },
  });
  expect(firefox).not.toHaveProperty("message_serialization");
});
