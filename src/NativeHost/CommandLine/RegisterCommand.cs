using System.CommandLine;
using NativeHost.Registration;

namespace NativeHost.CommandLine;

/// <summary>The verb <c>register</c>: enters the host with the user's browsers.</summary>
internal static class RegisterCommand
{
    public static Command Create(RegistrationContext context, TextWriter output)
    {
        var extensionIds = new Option<string[]>("--extension-id")
        {
            Description = "An extension that may start the host; give it once for each. A Chromium id is 32 letters from a to p, as "
                + "chrome://extensions shows it. A Firefox id is the one in browser_specific_settings.gecko.id: name@example.org or "
                + "{GUID}. The ids replace those of an earlier registration.",
            HelpName = "ID",
        };
        var browserNames = new Option<string[]>("--browser")
        {
            Description = "Only this browser; give it once for each. Without it, all that are installed. Known here: "
                + string.Join(", ", Browsers.On(context.Folders).Select(browser => browser.Name)) + ".",
            HelpName = "NAME",
        };
        var path = new Option<string?>("--path")
        {
            Description = "The program that browsers are to start. Without it, this one.",
            HelpName = "EXE",
        };

        var command = new Command(
            "register",
            "Tells the browsers of this user where the host is and which extensions may start it. Needs no administrator, may be "
            + "repeated, and keeps the manifest of another program as NAME.json.tabagent-backup, which unregister restores. "
            + "Example: tabagent register --extension-id abcdefghijklmnopabcdefghijklmnop")
        {
            extensionIds,
            browserNames,
            path,
        };
        command.SetAction(parsed => Run(
            context,
            output,
            parsed.GetValue(extensionIds) ?? [],
            parsed.GetValue(browserNames) ?? [],
            parsed.GetValue(path)));
        return command;
    }

    private static int Run(RegistrationContext context, TextWriter output, string[] givenIds, string[] givenNames, string? givenPath)
    {
        if (givenIds.Length == 0)
        {
            output.WriteLine("Say which extension may start the host: --extension-id ID. chrome://extensions shows the id.");
            return ExitCodes.Usage;
        }

        var ids = ExtensionIds.Sort(givenIds, out var wrongIds);
        if (wrongIds.Count > 0)
        {
            output.WriteLine($"Not an extension id: {string.Join(", ", wrongIds)}. A Chromium id is 32 letters from a to p; a Firefox id "
                + "looks like name@example.org or {01234567-89ab-cdef-0123-456789abcdef}.");
            return ExitCodes.Usage;
        }

        var known = Browsers.On(context.Folders);
        var unknown = givenNames.Except(known.Select(browser => browser.Name), StringComparer.OrdinalIgnoreCase).ToList();
        if (unknown.Count > 0)
        {
            output.WriteLine($"No such browser: {string.Join(", ", unknown)}. Known here: {string.Join(", ", known.Select(browser => browser.Name))}.");
            return ExitCodes.Usage;
        }

        var executable = Path.GetFullPath(givenPath ?? context.ExecutablePath);
        if (!File.Exists(executable))
        {
            output.WriteLine($"There is no program at {executable}, so nothing was registered.");
            return ExitCodes.Usage;
        }

        var asked = known.Where(browser => givenNames.Length == 0 || givenNames.Contains(browser.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        var installed = asked.Where(browser => browser.IsInstalled).ToList();
        if (installed.Count == 0)
        {
            output.WriteLine("No browser was found, so nothing was registered. Looked for these folders, which a browser makes when it is first started:");
            foreach (var marker in asked.SelectMany(browser => browser.Markers))
            {
                output.WriteLine($"  {marker}");
            }

            return ExitCodes.Failed;
        }

        var steps = new Registrar(context).Register(installed, ids, executable);
        foreach (var step in steps)
        {
            output.WriteLine($"{step.Browser}: {step.Text}");
        }

        var isDone = steps.Any(step => step.Result == StepResult.Done) && steps.All(step => step.Result != StepResult.Failed);
        return isDone ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
