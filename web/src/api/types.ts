// Short names for what the contract describes.
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Account = Schemas['Account'];
export type AccountSpending = Schemas['AccountSpending'];
export type AuditEntry = Schemas['AuditEntry'];
export type Change = Schemas['Change'];
export type ChangeDetail = Schemas['ChangeDetail'];
export type Comparison = Schemas['Comparison'];
export type Who = Schemas['Who'];
export type Connect = Schemas['Connect'];
export type Count = Schemas['Count'];
export type Coverage = Schemas['Coverage'];
export type EventQueue = Schemas['EventQueue'];
export type CoverageCount = Schemas['CoverageCount'];
export type CoveragePlan = Schemas['CoveragePlan'];
export type Field = Schemas['Field'];
export type Finding = Schemas['Finding'];
export type FindingDetail = Schemas['FindingDetail'];
export type FindingPage = Schemas['FindingPage'];
export type FindingState = Schemas['FindingState'];
export type Key = Schemas['Key'];
export type KeyWithSecret = Schemas['KeyWithSecret'];
export type Neighbours = Schemas['Neighbours'];
export type NeighbourDirection = Schemas['NeighbourDirection'];
export type NewAccount = Schemas['NewAccount'];
export type NewRule = Schemas['NewRule'];
export type Problem = Schemas['Problem'];
export type Owner = Schemas['Owner'];
export type Owners = Schemas['Owners'];
export type PlannedService = Schemas['PlannedService'];
export type PlannedType = Schemas['PlannedType'];
export type QueryResult = Schemas['QueryResult'];
export type Relation = Schemas['Relation'];
export type Resource = Schemas['Resource'];
export type ResourceDetail = Schemas['ResourceDetail'];
export type Series = Schemas['Series'];
export type Quota = Schemas['Quota'];
export type QuotaList = Schemas['QuotaList'];
export type Spending = Schemas['Spending'];
export type ResourcePage = Schemas['ResourcePage'];
export type ResourceType = Schemas['ResourceType'];
export type Role = Schemas['Role'];
export type Rule = Schemas['Rule'];
export type Scan = Schemas['Scan'];
export type Scope = Schemas['Scope'];
export type SearchResult = Schemas['SearchResult'];
export type Session = Schemas['Session'];
export type Severity = Schemas['Severity'];
export type Summary = Schemas['Summary'];
export type Sweep = Schemas['Sweep'];
export type TagCoverage = Schemas['TagCoverage'];
export type TagKeys = Schemas['TagKeys'];
export type TagPlan = Schemas['TagPlan'];
export type TagShare = Schemas['TagShare'];
export type TopologyLevel = Schemas['TopologyLevel'];
export type TopologyNode = Schemas['TopologyNode'];
export type Unknown = Schemas['Unknown'];
export type User = Schemas['User'];
export type UserWithPassword = Schemas['UserWithPassword'];
export type Version = Schemas['Version'];

// The accounts and regions that the top bar narrows every page to; empty means all.
export interface ScopeSearch {
  accounts?: string;
  regions?: string;
}
