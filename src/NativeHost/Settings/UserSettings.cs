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
/// <param name="Sources">Where the values are from, by the setting's name; those that are not in it have their default.</param>
/// <param name="Faults">What is wrong in the file or the environment.</param>
internal sealed record UserSettings(
    string File, HostSettings Values, IReadOnlyDictionary<string, SettingSource> Sources, IReadOnlyList<SettingFault> Faults)
{
    private static readonly Lazy<UserSettings> First = new(() => Read(AppFolders.Config(), Environment.GetEnvironmentVariable));

    /// <summary>What held when this process first asked: it stays so until the process ends.</summary>
    public static UserSettings OfThisProcess => First.Value;

    /// <summary>Each fault, with its place, for a person.</summary>
    public IEnumerable<string> Problems => Faults.Select(fault => fault.In(File));

    /// <summary>Reads what holds now. It never fails: the host starts whatever the user wrote.</summary>
    /// <param name="configFolder">Absolute path of the folder of the settings file.</param>
    /// <param name="variable">Gives a variable of the environment, or null.</param>
    public static UserSettings Read(string configFolder, Func<string, string?> variable)
    {
        var file = SettingsFile.PathIn(configFolder);
        List<SettingFault> faults = [];
        Dictionary<string, SettingSource> sources = [];
        var settings = HostSettings.Default;
        foreach (var entry in SettingsFile.Read(file, faults))
        {
            if (HostSettingTable.Find(entry.Name) is not { } setting)
            {
                faults.Add(new SettingFault(entry.Line, Unknown(entry.Name)));
            }
            else if (sources.TryAdd(entry.Name, SettingSource.File))
            {
                settings = TakeFromFile(setting, entry, settings, sources, faults);
            }
            else
            {
                faults.Add(new SettingFault(entry.Line, $"{entry.Name} stands here a second time. The first counts."));
            }
        }

        foreach (var setting in HostSettingTable.All)
        {
            if (setting.Variable is { } name && variable(name) is { Length: > 0 } text)
            {
                settings = TakeFromVariable(setting, text, settings, sources, faults);
            }
        }

        return new UserSettings(file, settings, sources, faults);
    }

    /// <summary>Says that there is no such setting, and which one may be meant.</summary>
    public static string Unknown(string name)
    {
        var names = HostSettingTable.All.Select(setting => setting.Name).ToList();
        return NearestName.Of(name, names) is { } nearest
            ? $"there is no setting {Shortened(name)}; {nearest} may be meant."
            : $"there is no setting {Shortened(name)}. There are: {string.Join(", ", names)}.";
    }

    private static HostSettings TakeFromFile(
        HostSetting setting, SettingsEntry entry, HostSettings settings, Dictionary<string, SettingSource> sources, List<SettingFault> faults)
    {
        HostSettings taken;
        try
        {
            taken = setting.Read(entry, settings, faults);
        }
        catch (InvalidOperationException)
        {
            // The parser's way to say that half of a surrogate pair stands in an escape.
            faults.Add(new SettingFault(entry.Line, $"{entry.Name}: a text in it is not valid Unicode. Until then {setting.Show(settings)} holds."));
            taken = settings;
        }

        if (ReferenceEquals(taken, settings))
        {
            sources[setting.Name] = SettingSource.Default;
        }

        return taken;
    }

    private static HostSettings TakeFromVariable(
        HostSetting setting, string text, HostSettings settings, Dictionary<string, SettingSource> sources, List<SettingFault> faults)
    {
        if (setting.Read(text, settings) is { } taken)
        {
            sources[setting.Name] = SettingSource.Environment;
            return taken;
        }

        faults.Add(new SettingFault(null, $"The variable {setting.Variable} has to be {setting.Range}. Until then {setting.Show(settings)} holds."));
        return settings;
    }

    private static string Shortened(string name) => name.Length <= 64 ? name : $"{name[..64]}…";
}
