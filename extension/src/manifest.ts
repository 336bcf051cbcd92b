export const targets = ["chrome", "firefox"] as const;
export type Target = (typeof targets)[number];

/** What goes into manifest.json: one base, and the few keys that only one browser knows. */
export function manifest(target: Target, version: string) {
  return { ...base(version), ...only[target] };
}

const base = (version: string) => ({
  manifest_version: 3,
  name: "__MSG_name__",
  description: "__MSG_description__",
  version,
  default_locale: "en",
  icons: {
    16: "icons/icon-16.png",
    32: "icons/icon-32.png",
    48: "icons/icon-48.png",
    128: "icons/icon-128.png",
  },
  action: { default_popup: "popup/popup.html", default_title: "__MSG_name__" },
  options_ui: { page: "options/options.html", open_in_tab: true },
  permissions: ["activeTab", "contextMenus", "scripting", "storage"],
  // The service. A match pattern has no port: it covers every port of the host.
  host_permissions: ["http://localhost/*", "http://127.0.0.1/*"],
  // Asked for one site at a time: when it is switched on, or a picture of it is first checked.
  optional_host_permissions: ["http://*/*", "https://*/*"],
  content_security_policy: {
    // Written out because Firefox's default upgrades http: to https:, the local service included.
    extension_pages:
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
      "connect-src 'self' http: https:; base-uri 'none'; form-action 'none'",
  },
});

const only: Record<Target, Record<string, unknown>> = {
  chrome: {
    background: { service_worker: "background.js" },
    minimum_chrome_version: "148",
    // Lets a message carry a Blob. Firefox always could.
    message_serialization: "structured_clone",
  },
  firefox: {
    background: { scripts: ["background.js"] },
    browser_specific_settings: {
      gecko: {
        id: "extension@realeyez.example",
        strict_min_version: "142.0",
        // The picture a person chooses to check is sent to the service they run.
        data_collection_permissions: { required: ["websiteContent"] },
      },
    },
  },
};
