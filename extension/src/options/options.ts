import { fillTexts } from "../shared/page";
import { showAccess } from "./access";
import { showBadges } from "./badges";
import { showFile } from "./file";
import { showSites } from "./sites";

fillTexts("options_title");
void showAll();
showFile(showAll);

async function showAll(): Promise<void> {
  await Promise.all([showAccess(), showBadges(), showSites()]);
}
