using System.Text.Json;

namespace NativeHost.Settings;

/// <summary>One thing that the user may set: what it is called, what it means, what it may be, and how it is read.</summary>
/// <param name="Name">In the file.</param>
/// <param name="Meaning">For a person: what it does, and its unit.</param>
internal abstract record HostSetting(string Name, string Meaning)
{
    /// <summary>The variable of the environment that sets it; null where only the file does.</summary>
    public virtual string? Variable => $"TABAGENT_{JsonNamingPolicy.SnakeCaseUpper.ConvertName(Name)}";

    /// <summary>What it may be, for a person.</summary>
    public abstract string Range { get; }

    /// <summary>Its value as it stands in the file, without what nobody else should see.</summary>
    public abstract string Show(HostSettings settings);

    /// <summary>Takes a value of the file into the settings.</summary>
    /// <param name="faults">Gets what is wrong in it.</param>
    /// <returns>The settings with it; null where nothing of it can be used.</returns>
    public abstract HostSettings? Read(SettingsEntry entry, HostSettings settings, ICollection<SettingFault> faults);

    /// <summary>Takes the text of <see cref="Variable"/> into the settings.</summary>
    /// <returns>Null where it is none that may be.</returns>
    public abstract HostSettings? Read(string text, HostSettings settings);
}

/// <summary>A setting with one value.</summary>
/// <param name="Form">What it may be.</param>
/// <param name="Of">Its value in the settings.</param>
/// <param name="With">The settings with another value.</param>
internal sealed record HostSetting<T>(
    string Name, string Meaning, SettingForm<T> Form, Func<HostSettings, T> Of, Func<HostSettings, T, HostSettings> With) : HostSetting(Name, Meaning)
{
    public override string Range => Form.Range;

    public override string Show(HostSettings settings) => Form.Show(Of(settings));

    public override HostSettings? Read(SettingsEntry entry, HostSettings settings, ICollection<SettingFault> faults)
    {
        if (Form.TryRead(entry.Value, out var read))
        {
            return With(settings, read);
        }

        faults.Add(new SettingFault(entry.Line, $"{Name} has to be {Range}. Until then {Show(settings)} holds."));
        return null;
    }

    public override HostSettings? Read(string text, HostSettings settings) => Form.TryRead(text, out var read) ? With(settings, read) : null;
}
