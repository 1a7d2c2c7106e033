using System.Text.Json;

namespace NativeHost.Settings.Commands;

/// <summary>The list of commands that extensions may have run. A wrong entry is left out, and the others hold.</summary>
internal sealed record AllowedCommandsSetting() : HostSetting("commands", "Programs that extensions may have run with execute_command: none, unless you list them.")
{
    private const int MostCommands = 256;

    // A list in a variable would be read by nobody who looks into the file to see what is allowed.
    public override string? Variable => null;

    public override string Range => "a list of commands, as below";

    public override string Show(HostSettings settings)
        => $"[{string.Join(", ", settings.Commands.Select(command => JsonWords.Quoted(command.Name ?? command.Program)))}]";

    public override HostSettings? Read(SettingsEntry entry, HostSettings settings, ICollection<SettingFault> faults)
    {
        if (entry.Value.ValueKind != JsonValueKind.Array || entry.ItemLines.Count > MostCommands)
        {
            faults.Add(new SettingFault(entry.Line, $"{Name} has to be a list of at most {MostCommands} commands. Until then there are none."));
            return null;
        }

        List<AllowedCommand> commands = [];
        foreach (var (item, line) in entry.Value.EnumerateArray().Zip(entry.ItemLines))
        {
            try
            {
                commands.Add(AllowedCommandReader.Read(item));
            }
            catch (FormatException e)
            {
                faults.Add(new SettingFault(line, $"a command {e.Message}. Until then it is not allowed."));
            }
        }

        return settings with { Commands = commands };
    }

    public override HostSettings? Read(string text, HostSettings settings) => null;
}
