namespace NativeHost.Registration;

/// <summary>How one step ended.</summary>
internal enum StepResult
{
    Done,
    Skipped,
    Failed,
}

/// <summary>What was done for one browser, in words for the user.</summary>
internal readonly record struct RegistrationStep(string Browser, StepResult Result, string Text);
