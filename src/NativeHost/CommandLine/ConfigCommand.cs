using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Settings;

namespace NativeHost.CommandLine;

/// <summary>The verb <c>config</c>: what is set, where that is from, and what could be set.</summary>
internal static class ConfigCommand
{
    /// <param name="configFolder">Absolute path of the folder of the settings file.</param>
    /// <param name="variable">Gives a variable of the environment, or null.</param>
    public static Command Create(string configFolder, Func<string, string?> variable, TextWriter output, TextWriter errors)
    {
        var json = new Option<bool>("--json")
        {
            Description = "Print JSON: file, isThere, settings with name, value, source, default, range, variable and meaning, and problems.",
        };
        var command = new Command(
            "config",
            """
            Show every setting: its value and where that is from, what it may be, and what it means. A variable of the environment goes
            before the file. Ends with 1 when something in either is wrong. Change the file with an editor, or with set and unset.
            """)
        {
            json,
            PathOf(configFolder, output),
            Set(configFolder, output, errors),
            Unset(configFolder, output, errors),
        };
        command.SetAction(parsed => Show(UserSettings.Read(configFolder, variable), parsed.GetValue(json), output));
        return command;
    }

    private static Command PathOf(string configFolder, TextWriter output)
    {
        var command = new Command("path", "Print the path of the settings file, whether or not it is there.");
        command.SetAction(_ => output.WriteLine(SettingsFile.PathIn(configFolder)));
        return command;
    }

    private static Command Set(string configFolder, TextWriter output, TextWriter errors)
    {
        var name = NameArgument();
        var value = new Argument<string>("value") { Description = "As it would stand in the file; quotes around a text may be left out." };
        var command = new Command("set", "Write a setting into the file. Comments in it stay; it counts from the shared process's next start.") { name, value };
        command.SetAction(parsed => Change(
            configFolder, parsed.GetRequiredValue(name), output, errors, file => SettingsEdit.Set(file, parsed.GetRequiredValue(name), parsed.GetRequiredValue(value))));
        return command;
    }

    private static Command Unset(string configFolder, TextWriter output, TextWriter errors)
    {
        var name = NameArgument();
        var command = new Command("unset", "Take a setting out of the file, so that its default holds again.") { name };
        command.SetAction(parsed => Change(configFolder, parsed.GetRequiredValue(name), output, errors, file => SettingsEdit.Unset(file, parsed.GetRequiredValue(name))));
        return command;
    }

    private static Argument<string> NameArgument() => new("name") { Description = "The setting's name, as tabagent config shows it." };

    private static int Change(string configFolder, string name, TextWriter output, TextWriter errors, Action<string> change)
    {
        try
        {
            change(SettingsFile.PathIn(configFolder));
            var settings = UserSettings.Read(configFolder, _ => null);
            output.WriteLine($"{name} = {HostSettingTable.Find(name)?.Show(settings.Values)}, in {settings.File}. It counts from the shared process's next start: tabagent stop");
            return ExitCodes.Ok;
        }
        catch (SettingsEditException e)
        {
            errors.WriteLine($"tabagent: {e.Message}");
            return ExitCodes.Usage;
        }
    }

    private static int Show(UserSettings settings, bool isJson, TextWriter output)
    {
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(ViewOf(settings), ConfigJson.Default.ConfigView));
        }
        else
        {
            Print(ViewOf(settings), output);
        }

        return settings.Faults.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static ConfigView ViewOf(UserSettings settings) => new(
        settings.File,
        File.Exists(settings.File),
        [
            .. HostSettingTable.All.Select(setting => new SettingView(
                setting.Name,
                Parsed(setting.Show(settings.Values)),
                WireWord.Of(settings.SourceOf(setting)),
                Parsed(setting.Show(HostSettings.Default)),
                setting.Range,
                setting.Variable,
                setting.Meaning)),
        ],
        [.. settings.Problems]);

    private static JsonElement Parsed(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static void Print(ConfigView view, TextWriter output)
    {
        output.WriteLine(view.IsThere ? view.File : $"{view.File} (not there: the defaults hold)");
        foreach (var setting in view.Settings)
        {
            var source = setting.Source switch
            {
                "file" => "from the file",
                "environment" => $"from {setting.Variable}",
                _ => "the default",
            };
            output.WriteLine();
            output.WriteLine($"{setting.Name} = {setting.Value.GetRawText()}  ({source})");
            output.WriteLine($"    {setting.Range}{(setting.Variable is null ? "" : $"; variable {setting.Variable}")}");
            output.WriteLine($"    {setting.Meaning}");
        }

        foreach (var problem in view.Problems)
        {
            output.WriteLine();
            output.WriteLine($"WRONG  {problem}");
        }
    }
}

/// <summary>What <c>config --json</c> prints.</summary>
/// <param name="File">Path of the settings file.</param>
/// <param name="IsThere">Whether there is such a file.</param>
/// <param name="Problems">What is wrong in the file and the environment.</param>
internal sealed record ConfigView(string File, bool IsThere, IReadOnlyList<SettingView> Settings, IReadOnlyList<string> Problems);

/// <summary>One setting in <see cref="ConfigView"/>.</summary>
/// <param name="Value">As it would stand in the file; of commands only their names, or their programs.</param>
/// <param name="Source"><c>default</c>, <c>file</c> or <c>environment</c>.</param>
internal sealed record SettingView(
    string Name, JsonElement Value, string Source, JsonElement Default, string Range, string? Variable, string Meaning);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ConfigView))]
internal sealed partial class ConfigJson : JsonSerializerContext;
