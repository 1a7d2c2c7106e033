namespace NativeHost.Settings;

/// <summary>Where a setting's value is from; later ones go before earlier ones.</summary>
internal enum SettingSource
{
    Default,
    File,
    Environment,
}

/// <summary>The settings that hold for this user: the defaults, under the file <c>settings.json</c>, under the environment.</summary>
/// <param name="File">Path of the settings file, whether or not it is there.</param>
/// <param name="Values">What holds. What is wrong somewhere counts as not said there, and all else holds.</param>
/// <param name="FromFile">Names of the settings whose values are the file's.</param>
/// <param name="FromEnvironment">Names of the settings whose values are the environment's, whatever the file says.</param>
/// <param name="Faults">What is wrong in the file or the environment.</param>
internal sealed record UserSettings(
    string File, HostSettings Values, IReadOnlySet<string> FromFile, IReadOnlySet<string> FromEnvironment, IReadOnlyList<SettingFault> Faults)
{
    private static readonly Lazy<UserSettings> First = new(() => Read(AppFolders.Config(), Environment.GetEnvironmentVariable));

    /// <summary>What held when this process first asked: it stays so until the process ends.</summary>
    public static UserSettings OfThisProcess => First.Value;

    /// <summary>Each fault, with its place, for a person.</summary>
    public IEnumerable<string> Problems => Faults.Select(fault => fault.In(File));

    /// <summary>Where a setting's value is from.</summary>
    public SettingSource SourceOf(HostSetting setting)
        => FromEnvironment.Contains(setting.Name) ? SettingSource.Environment
            : FromFile.Contains(setting.Name) ? SettingSource.File
            : SettingSource.Default;

    /// <summary>Reads what holds now. It never fails: the host starts whatever the user wrote.</summary>
    /// <param name="configFolder">Absolute path of the folder of the settings file.</param>
    /// <param name="variable">Gives a variable of the environment, or null.</param>
    public static UserSettings Read(string configFolder, Func<string, string?> variable)
    {
        var file = SettingsFile.PathIn(configFolder);
        List<SettingFault> faults = [];
        HashSet<string> seen = [], fromFile = [], fromEnvironment = [];
        var settings = HostSettings.Default;
        foreach (var entry in SettingsFile.Read(file, faults))
        {
            if (HostSettingTable.Find(entry.Name) is not { } setting)
            {
                faults.Add(new SettingFault(entry.Line, Unknown(entry.Name)));
            }
            else if (!seen.Add(entry.Name))
            {
                faults.Add(new SettingFault(entry.Line, $"{entry.Name} stands here a second time. The first counts."));
            }
            else if (TakeFromFile(setting, entry, settings, faults) is { } taken)
            {
                settings = taken;
                fromFile.Add(setting.Name);
            }
        }

        foreach (var setting in HostSettingTable.All)
        {
            if (setting.Variable is { } name && variable(name) is { Length: > 0 } text)
            {
                if (setting.Read(text, settings) is { } taken)
                {
                    settings = taken;
                    fromEnvironment.Add(setting.Name);
                }
                else
                {
                    faults.Add(new SettingFault(null, $"The variable {name} has to be {setting.Range}. Until then {setting.Show(settings)} holds."));
                }
            }
        }

        return new UserSettings(file, settings, fromFile, fromEnvironment, faults);
    }

    /// <summary>Says that there is no such setting, and which one may be meant.</summary>
    public static string Unknown(string name)
    {
        var names = HostSettingTable.All.Select(setting => setting.Name).ToList();
        return NearestName.Of(name, names) is { } nearest
            ? $"there is no setting {Shortened(name)}; {nearest} may be meant."
            : $"there is no setting {Shortened(name)}. There are: {string.Join(", ", names)}.";
    }

    /// <returns>Null where nothing of it can be used.</returns>
    private static HostSettings? TakeFromFile(HostSetting setting, SettingsEntry entry, HostSettings settings, List<SettingFault> faults)
    {
        try
        {
            return setting.Read(entry, settings, faults);
        }
        catch (InvalidOperationException)
        {
            // The parser's way to say that half of a surrogate pair stands in an escape.
            faults.Add(new SettingFault(entry.Line, $"{entry.Name}: a text in it is not valid Unicode. Until then {setting.Show(settings)} holds."));
            return null;
        }
    }

    private static string Shortened(string name) => name.Length <= 64 ? name : $"{name[..64]}…";
}
